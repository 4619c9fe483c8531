# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-archive for bash.

# The kind that the command line names.
_contact_archive_kind()
{
	local i kind=contact
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-k | --kind) kind=${COMP_WORDS[i + 1]} ;;
		esac
	done
	[[ $kind == '=' ]] || echo "$kind"
}

_contact_archive_fields()
{
	contact-find --fields -k "$(_contact_archive_kind)" -o tsv -H 2>/dev/null | cut -f 1 |
	    grep -vx -e 'ext\.NAME' -e 'attr\.NAME'
}

_contact_archive()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options kinds='contact organization job placement event participation
	    note user role employee workspace campaign invitation suppression picklist attribute query status_event erasure'
	options='--store --kind --output --quiet --verbose --help --version --dry-run
	    --results --errors --diff --inactive --attribute --reject --approve --revive
	    --delete --erase --disable --enable --missing-from --key --map --encoding --max-errors
	    --all --input --color --as --wait --force --max --yes'

	# bash hands over "--color=a" as three words.
	if [[ $current == '=' ]]; then
		current=
	elif [[ $previous == '=' && $COMP_CWORD -gt 2 ]]; then
		previous=${COMP_WORDS[COMP_CWORD - 2]}
	fi
	COMPREPLY=()
	case $previous in
	-s | --store)
		mapfile -t COMPREPLY < <(compgen -d -- "$current")
		return ;;
	-k | --kind)
		mapfile -t COMPREPLY < <(compgen -W "$kinds" -- "$current")
		return ;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv json table excel' -- "$current")
		return ;;
	-i | --input)
		mapfile -t COMPREPLY < <(compgen -W 'auto csv tsv json' -- "$current")
		return ;;
	--results | --errors | --diff | --missing-from)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--attribute)
		mapfile -t COMPREPLY < <(compgen -W 'do_not_email do_not_call attr.' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
		return ;;
	--key)
		mapfile -t COMPREPLY < <(compgen -W "id ext. $(_contact_archive_fields)" -- "$current")
		return ;;
	--map)
		mapfile -t COMPREPLY < <(compgen -f -W 'auto generic salesforce prismhr hubspot google
		    outlook linkedin bullhorn handshake' -- "$current")
		return ;;
	--encoding)
		mapfile -t COMPREPLY < <(compgen -W "$(iconv -l 2>/dev/null | tr -d / | tr ' ' '\n')" -- "$current")
		return ;;
	--wait | --max | --max-errors)
		return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	[[ $previous == '=' ]] && return
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -S = -W "$(_contact_archive_fields)" -- "$current")
}

complete -F _contact_archive contact-archive

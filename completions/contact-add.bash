# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-add for bash.

# The fields of the kind on the command line that an operand may set.
_contact_add_fields()
{
	local i kind=contact

	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-k | --kind) kind=${COMP_WORDS[i + 1]} ;;
		esac
	done
	contact-find --fields -k "$kind" -o tsv -H 2>/dev/null |
	    awk -F '\t' '$3 !~ /derived|system|rules/ && $1 !~ /\.NAME$/ { print $1 }'
}

_contact_add()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options before=''
	options='--store --kind --output --quiet --verbose --help --version --dry-run
	    --results --errors --diff --source --set --link --create-user --link-contacts
	    --input --map --encoding --header --dates --blank --mode --key --repeated --archived --shared-email
	    --known-organizations --color --as --wait --store-sensitive --no-sync
	    --allow-optin --max-errors --atomic'

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
		mapfile -t COMPREPLY < <(compgen -W 'contact organization job placement
		    event participation note user role employee workspace campaign invitation
		    suppression picklist attribute query status_event' -- "$current")
		return ;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv json table excel' -- "$current")
		return ;;
	-i | --input)
		mapfile -t COMPREPLY < <(compgen -W 'auto csv tsv json mail vcard' -- "$current")
		return ;;
	--results | --errors | --diff)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return ;;
	--link)
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -W 'event: job: employee: user:' -- "$current")
		return ;;
	--map)
		mapfile -t COMPREPLY < <(
			compgen -W 'auto generic salesforce prismhr hubspot google
			    outlook linkedin bullhorn handshake' -- "$current"
			compgen -f -X '!*/*' -- "$current")
		return ;;
	--encoding)
		mapfile -t COMPREPLY < <(compgen -W \
		    'UTF-8 UTF-16 windows-1252 ISO-8859-1 ISO-8859-15' -- "$current")
		return ;;
	--dates)
		mapfile -t COMPREPLY < <(compgen -W 'dmy mdy' -- "$current")
		return ;;
	--blank)
		mapfile -t COMPREPLY < <(compgen -W 'leave clear' -- "$current")
		return ;;
	--mode)
		mapfile -t COMPREPLY < <(compgen -W 'upsert create update fill' -- "$current")
		return ;;
	--repeated)
		mapfile -t COMPREPLY < <(compgen -W 'error last' -- "$current")
		return ;;
	--archived)
		mapfile -t COMPREPLY < <(compgen -W 'skip update revive new' -- "$current")
		return ;;
	--key)
		[[ $current == *+* ]] && before=${current%+*}+
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "$before" \
		    -W "id $(_contact_add_fields)" -- "${current##*+}")
		return ;;
	--header)
		[[ $current == *,* ]] && before=${current%,*},
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_contact_add_fields)" \
		    -- "${current##*,}")
		return ;;
	--set)
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -S = -W "$(_contact_add_fields)" -- "$current")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
		return ;;
	--source | --wait | --max-errors)
		return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	[[ $previous == '=' ]] && return
	compopt -o nospace
	mapfile -t COMPREPLY < <(
		compgen -S = -W "$(_contact_add_fields)" -- "$current"
		compgen -f -- "$current")
}

complete -F _contact_add contact-add

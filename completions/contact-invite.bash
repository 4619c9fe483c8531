# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-invite for bash.

# The kind that the command line names.
_contact_invite_kind()
{
	local i kind=contact
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-k | --kind) kind=${COMP_WORDS[i + 1]} ;;
		esac
	done
	[[ $kind == '=' ]] || echo "$kind"
}

_contact_invite_fields()
{
	contact-find --fields -k "$(_contact_invite_kind)" -o tsv -H 2>/dev/null | cut -f 1 |
	    grep -vx -e 'ext\.NAME' -e 'attr\.NAME'
}

_contact_invite()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options kinds='contact invitation'
	options='--store --kind --output --quiet --verbose --help --version --dry-run
	    --results --errors --diff --campaign --template --set --all --send --mbox
	    --resend-unknown --cancel --events --bounce --unsubscribe --approve --decline
	    --stats --report --input --map --encoding --header --dates --blank --again-after
	    --subdomains --allow-idn --color --as --wait --store-sensitive --max --yes
	    --max-errors --atomic'

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
	--results | --errors | --diff | --template | --events | --report)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--campaign)
		mapfile -t COMPREPLY < <(compgen -W "$(contact-find -k campaign -c name -o tsv -H 2>/dev/null | grep -v ' ')" -- "$current")
		return ;;
	--set)
		mapfile -t COMPREPLY < <(compgen -W 'labels+=' -- "$current")
		return ;;
	--dates)
		mapfile -t COMPREPLY < <(compgen -W 'dmy mdy' -- "$current")
		return ;;
	--blank)
		mapfile -t COMPREPLY < <(compgen -W 'leave clear' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
		return ;;
	--map)
		mapfile -t COMPREPLY < <(compgen -f -W 'auto generic salesforce prismhr hubspot google
		    outlook linkedin bullhorn handshake' -- "$current")
		return ;;
	--encoding)
		mapfile -t COMPREPLY < <(compgen -W "$(iconv -l 2>/dev/null | tr -d / | tr ' ' '\n')" -- "$current")
		return ;;
	--wait | --max | --max-errors | --again-after | --unsubscribe | --header)
		return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	[[ $previous == '=' ]] && return
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -S = -W "$(_contact_invite_fields)" -- "$current")
}

complete -F _contact_invite contact-invite

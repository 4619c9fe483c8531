# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-status for bash.

# _contact_status_values PICKLIST: its values, one a line, as the shell reads them.
_contact_status_values()
{
	contact-status --values -o tsv 2>/dev/null |
	    awk -F '\t' -v list="$1" '$1 == list { gsub(/ /, "\\ ", $2); print $2 }'
}

# The fields of the rows that the command line reads, or of contacts.
_contact_status_fields()
{
	local kind=contact
	case " ${COMP_WORDS[*]} " in
	*' --jobs'*) kind=job ;;
	*' --placements'*) kind=placement ;;
	*' --events'*) kind=status_event ;;
	esac
	contact-find --fields -k "$kind" -o tsv -H 2>/dev/null | cut -f 1 |
	    grep -vx -e 'ext\.NAME' -e 'attr\.NAME'
}

_contact_status()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options value before=''
	options='--store --kind --output --quiet --verbose --help --version --dry-run
	    --results --errors --diff --client --candidate --all --jobs --placements
	    --events --close-missing --values --check --reconcile --input --map --encoding
	    --header --dates --blank --key --repeated --known-organizations --color --as
	    --wait --store-sensitive --max --yes --max-errors --atomic'

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
		mapfile -t COMPREPLY < <(compgen -W contact -- "$current")
		return ;;
	-o | --output)
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv json table excel' -- "$current")
		return ;;
	-i | --input)
		mapfile -t COMPREPLY < <(compgen -W 'auto csv tsv json' -- "$current")
		return ;;
	--client | --candidate)
		while IFS= read -r value; do
			[[ $value == "$current"* ]] && COMPREPLY+=("$value")
		done < <(_contact_status_values "${previous#--}_status")
		return ;;
	--jobs | --placements | --events | --results | --errors | --diff)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
		return ;;
	--map)
		mapfile -t COMPREPLY < <(
			compgen -W 'auto generic salesforce bullhorn' -- "$current"
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
	--repeated)
		mapfile -t COMPREPLY < <(compgen -W 'error last' -- "$current")
		return ;;
	--key)
		[[ $current == *+* ]] && before=${current%+*}+
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "$before" \
		    -W "$(_contact_status_fields)" -- "${current##*+}")
		return ;;
	--header)
		[[ $current == *,* ]] && before=${current%,*},
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$(_contact_status_fields)" \
		    -- "${current##*,}")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
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
	mapfile -t COMPREPLY < <(compgen -S = -W "$(_contact_status_fields)" -- "$current")
}

complete -F _contact_status contact-status

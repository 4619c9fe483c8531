# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-find for bash.

# The fields of the kind on the command line, one a line.
_contact_find_fields()
{
	local kind=contact i
	for ((i = 1; i < COMP_CWORD; i++)); do
		case ${COMP_WORDS[i]} in
		-k | --kind) kind=${COMP_WORDS[i + 1]} ;;
		esac
	done
	contact-find --fields -k "$kind" -o tsv -H 2>/dev/null | cut -f 1 |
	    grep -vx -e 'ext\.NAME' -e 'attr\.NAME'
}

# The last revisions, one a line.
_contact_find_revisions()
{
	contact-store -o tsv log 2>/dev/null | cut -f 1 | tail -n 10 | grep -vx rev
}

_contact_find()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options names before=''
	options='--store --kind --output --quiet --verbose --help --version --columns
	    --no-header --sort --limit --count --count-by --at --changes-since --history
	    --duplicates --audience --card --can-login --fields --input --color --as --wait'

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
		mapfile -t COMPREPLY < <(compgen -W 'csv tsv json table excel vcard mutt' -- "$current")
		return ;;
	-i | --input)
		mapfile -t COMPREPLY < <(compgen -W 'auto csv tsv json' -- "$current")
		return ;;
	--audience)
		mapfile -t COMPREPLY < <(compgen -W 'student staff' -- "$current")
		return ;;
	--can-login)
		mapfile -t COMPREPLY < <(compgen -W "$(contact-find -k user -c login \
		    -o tsv -H 2>/dev/null)" -- "$current")
		return ;;
	--at | --changes-since)
		mapfile -t COMPREPLY < <(compgen -W "today $(_contact_find_revisions)" \
		    -- "$current")
		return ;;
	-c | --columns | --sort | --count-by)
		[[ $current == *,* ]] && before=${current%,*},
		compopt -o nospace
		names=$(_contact_find_fields)
		[[ " ${COMP_WORDS[*]} " == *' --duplicates '* ]] &&
			names='id other score why name other_name email other_email'
		[[ " ${COMP_WORDS[*]} " == *' --history '* ]] &&
		    names='line id name field from to cause job who when program rev'
		mapfile -t COMPREPLY < <(compgen -P "$before" -W "$names" \
		    -- "${current##*,}")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
		return ;;
	--limit | --wait)
		return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	[[ $previous == '=' ]] && return
	compopt -o nospace
	mapfile -t COMPREPLY < <(compgen -S = -W "$(_contact_find_fields)" -- "$current")
}

complete -F _contact_find contact-find

# SPDX-License-Identifier: ISC
# shellcheck shell=bash
# Completion of contact-store for bash.

_contact_store()
{
	local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]}
	local options verbs='init share info check log set get undo prune compact
	    backup restore dump load' verb='' word settings suffix=''
	options='--store --kind --output --quiet --verbose --help --version --dry-run
	    --results --errors --diff --older --yes --force --input --color --as --wait --group --none'

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
	--results | --errors | --diff)
		mapfile -t COMPREPLY < <(compgen -f -- "$current")
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
		mapfile -t COMPREPLY < <(compgen -W 'auto csv tsv json' -- "$current")
		return ;;
	--color)
		mapfile -t COMPREPLY < <(compgen -W 'auto always never' -- "$current")
		return ;;
	--as)
		mapfile -t COMPREPLY < <(compgen -u -- "$current")
		return ;;
	--group)
		mapfile -t COMPREPLY < <(compgen -g -- "$current")
		return ;;
	access | members)
		[[ $previous == access ]] && settings='files roles' || settings='open strict'
		mapfile -t COMPREPLY < <(compgen -W "$settings" -- "$current")
		return ;;
	--wait | --older)
		return ;;
	esac
	if [[ $current == -* ]]; then
		mapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
		return
	fi
	for word in "${COMP_WORDS[@]:1:COMP_CWORD - 1}"; do
		case $word in
		init | share | info | check | log | set | get | undo | prune | compact | \
		    backup | restore | dump | load) verb=$word && break ;;
		esac
	done
	case $verb in
	'')
		mapfile -t COMPREPLY < <(compgen -W "$verbs" -- "$current") ;;
	backup | restore)
		mapfile -t COMPREPLY < <(compgen -d -- "$current") ;;
	share)
		mapfile -t COMPREPLY < <(compgen -g -- "$current") ;;
	log)
		compopt -o nospace
		mapfile -t COMPREPLY < <(compgen -S = -W 'rev when who program options
		    created updated deleted undoes' -- "$current") ;;
	undo)
		mapfile -t COMPREPLY < <(compgen -W "$(contact-store -o tsv log 2>/dev/null |
		    tail -n +2 | cut -f 1)" -- "$current") ;;
	set | get)
		[[ $verb == set ]] && suffix='=' && compopt -o nospace
		settings=$(contact-store -o tsv get 2>/dev/null | tail -n +2 | cut -f 1)
		mapfile -t COMPREPLY < <(compgen -S "$suffix" -W "$settings" -- "$current") ;;
	esac
}

complete -F _contact_store contact-store

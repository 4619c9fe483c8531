# SPDX-License-Identifier: ISC
# Completion of contact-store for fish.

function __contact_store_settings
    contact-store -o tsv get 2>/dev/null | tail -n +2 | cut -f 1
end

set -l verbs init share info check log set get undo prune compact backup restore dump load

complete -c contact-store -f
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a init -d 'Make an empty store'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a share -d 'Let a group of users use the store'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a info -d 'Describe the store'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a check -d 'Prove that the store holds together'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a log -d 'List the runs that changed the store'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a set -d 'Change settings'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a get -d 'Print settings'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a undo -d 'Take back a run'
complete -c contact-store -n '__fish_seen_subcommand_from undo' -a '(contact-store -o tsv log 2>/dev/null | tail -n +2 | cut -f 1,4)'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a prune -d 'Forget old runs'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a compact -d 'Leave behind what was deleted'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a backup -d 'Copy the store'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a restore -d 'Take a backup back'
complete -c contact-store -n '__fish_seen_subcommand_from backup restore' -a '(__fish_complete_directories)'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a dump -d 'Write all that the store holds as text'
complete -c contact-store -n "not __fish_seen_subcommand_from $verbs" -a load -d 'Read such a text into an empty store'
complete -c contact-store -n '__fish_seen_subcommand_from log' -a 'rev= when= who= program= options= created= updated= deleted= undoes='
complete -c contact-store -n '__fish_seen_subcommand_from set' -a '(__contact_store_settings | string replace -r \$ =)'
complete -c contact-store -n '__fish_seen_subcommand_from set' -a 'access=files access=roles members=open members=strict'
complete -c contact-store -n '__fish_seen_subcommand_from get' -a '(__contact_store_settings)'

complete -c contact-store -s s -l store -x -a '(__fish_complete_directories)' -d 'The store'
complete -c contact-store -s k -l kind -x -a 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event' -d 'Kind of record'
complete -c contact-store -s o -l output -x -a 'csv tsv json table excel' -d 'How rows are printed'
complete -c contact-store -s q -l quiet -d 'Errors only, no summary'
complete -c contact-store -s v -l verbose -d 'Tell more'
complete -c contact-store -s h -l help -d 'Print help'
complete -c contact-store -s V -l version -d 'Print the version'
complete -c contact-store -s n -l dry-run -d 'Store nothing, print the results'
complete -c contact-store -l results -r -F -d 'Write what became of each row'
complete -c contact-store -l errors -r -F -d 'Write the rows in error'
complete -c contact-store -l diff -r -F -d 'Write each change'
complete -c contact-store -s i -l input -x -a 'auto csv tsv json' -d 'Input format'
complete -c contact-store -l older -x -d 'Forget runs that are older'
complete -c contact-store -l force -d 'Undo although records were changed since'
complete -c contact-store -l yes -d 'Do what prune and restore refuse without it'
complete -c contact-store -l color -x -a 'auto always never' -d 'When to colour'
complete -c contact-store -l as -x -a '(__fish_complete_users)' -d 'Act as this user'
complete -c contact-store -l group -x -a '(__fish_complete_groups)' -d 'Who shares the store'
complete -c contact-store -l none -d 'Share the store with nobody'
complete -c contact-store -l wait -x -d 'Seconds to wait for another writer'

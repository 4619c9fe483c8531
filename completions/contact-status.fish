# SPDX-License-Identifier: ISC
# Completion of contact-status for fish.

# The values of a status.
function __contact_status_values
    contact-status --values -o tsv 2>/dev/null |
        awk -F '\t' -v list=$argv[1] '$1 == list { print $2 "\t" $3 }'
end

# The fields of the rows that the command line reads, or of contacts.
function __contact_status_fields
    set -l kind contact
    set -l words (commandline -opc)
    string match -q -- '--jobs*' $words; and set kind job
    string match -q -- '--placements*' $words; and set kind placement
    string match -q -- '--events*' $words; and set kind status_event
    contact-find --fields -k $kind -o tsv -H 2>/dev/null | cut -f 1 |
        string match -v -r '^(ext|attr)\.NAME$'
end

# Fields, behind those that stand there with the separator.
function __contact_status_list
    set -l before (string match -r "^.*[$argv[1]]" -- (commandline -ct))
    __contact_status_fields | string replace -r '^' -- "$before"
end

complete -c contact-status -f
complete -c contact-status -s s -l store -x -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-status -s k -l kind -x -a contact -d 'kind of record'
complete -c contact-status -s o -l output -x -a 'csv tsv json table excel' -d 'how rows are printed'
complete -c contact-status -s q -l quiet -d 'errors only, no summary'
complete -c contact-status -s v -l verbose -d 'say how files were understood'
complete -c contact-status -s h -l help -d 'print help'
complete -c contact-status -s V -l version -d 'print the version'
complete -c contact-status -s n -l dry-run -d 'store nothing, print the results'
complete -c contact-status -l results -r -F -d 'write what became of each row'
complete -c contact-status -l errors -r -F -d 'write the rows in error'
complete -c contact-status -l diff -r -F -d 'write each status that changed'
complete -c contact-status -l client -x -a '(__contact_status_values client_status)' -d 'set client_status of the selection'
complete -c contact-status -l candidate -x -a '(__contact_status_values candidate_status)' -d 'set candidate_status of the selection'
complete -c contact-status -l all -d 'select every contact'
complete -c contact-status -l jobs -r -F -d 'read all jobs, as they are now'
complete -c contact-status -l placements -r -F -d 'read all placements, as they are now'
complete -c contact-status -l events -r -F -d 'read what happened, in order'
complete -c contact-status -l close-missing -d 'close open jobs that are no longer in the file of jobs'
complete -c contact-status -l values -d 'print the values that there are'
complete -c contact-status -l check -d 'print who disagrees with their jobs'
complete -c contact-status -l reconcile -d 'make those Past who disagree'
complete -c contact-status -s i -l input -x -a 'auto csv tsv json' -d 'input format'
complete -c contact-status -l map -r -F -a 'auto generic salesforce bullhorn' -d 'what the columns mean'
complete -c contact-status -l encoding -x -a 'UTF-8 UTF-16 windows-1252 ISO-8859-1 ISO-8859-15' -d 'encoding of the input'
complete -c contact-status -l header -x -a '(__contact_status_list ,)' -d 'names of the columns'
complete -c contact-status -l dates -x -a 'dmy mdy' -d 'order of dates'
complete -c contact-status -l blank -x -a 'leave clear' -d 'what empty cells do'
complete -c contact-status -l key -x -a '(__contact_status_list +)' -d 'match rows of files by these'
complete -c contact-status -l repeated -x -a 'error last' -d 'a record twice in one file'
complete -c contact-status -l known-organizations -d 'an unknown organization is an error'
complete -c contact-status -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-status -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-status -l wait -x -d 'seconds to wait for another writer'
complete -c contact-status -l store-sensitive -d 'keep sensitive columns'
complete -c contact-status -l max -x -d 'close at most so many missing jobs, or N%'
complete -c contact-status -l yes -d 'close missing jobs, however many'
complete -c contact-status -l max-errors -x -d 'store nothing when more rows are in error'
complete -c contact-status -l atomic -d 'store nothing when any row is in error'
complete -c contact-status -a '(__contact_status_fields)=' -d field

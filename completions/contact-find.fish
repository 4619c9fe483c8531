# SPDX-License-Identifier: ISC
# Completion of contact-find for fish.

# The fields of the kind on the command line.
function __contact_find_fields
    set -l kind contact
    set -l words (commandline -opc)
    if contains -- --history $words; and contains -- $words[-1] -c --columns
        printf '%s\n' line id name field from to cause job who when program rev
        return
    end
    if contains -- --duplicates $words; and contains -- $words[-1] -c --columns
        printf '%s\n' id other score why name other_name email other_email
        return
    end
    for i in (seq (count $words))
        switch $words[$i]
            case -k --kind
                set -q words[(math $i + 1)]; and set kind $words[(math $i + 1)]
        end
    end
    contact-find --fields -k $kind -o tsv -H 2>/dev/null | cut -f 1 |
        string match -v -r '^(ext|attr)\.NAME$'
end

# Fields, behind those that stand there with a comma.
function __contact_find_list
    set -l before (string match -r '^.*,' -- (commandline -ct))
    __contact_find_fields | string replace -r '^' -- "$before"
end

# The last revisions.
function __contact_find_revisions
    contact-store -o tsv log 2>/dev/null | cut -f 1 | tail -n 10 | string match -v rev
end

complete -c contact-find -f
complete -c contact-find -s s -l store -r -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-find -s k -l kind -x -a 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event' -d 'kind of record'
complete -c contact-find -s o -l output -x -a 'csv tsv json table excel vcard mutt' -d 'how rows are printed'
complete -c contact-find -s q -l quiet -d 'errors only'
complete -c contact-find -s v -l verbose -d 'tell which index was used'
complete -c contact-find -s h -l help -d 'print help'
complete -c contact-find -s V -l version -d 'print the version'
complete -c contact-find -s c -l columns -x -a 'all (__contact_find_list)' -d 'columns to print'
complete -c contact-find -s H -l no-header -d 'no line of column names'
complete -c contact-find -l sort -x -a '(__contact_find_list)' -d 'sort by columns'
complete -c contact-find -l limit -x -d 'print at most so many'
complete -c contact-find -l count -d 'print the number of records'
complete -c contact-find -l count-by -x -a '(__contact_find_list)' -d 'count by values'
complete -c contact-find -l at -x -a 'today (__contact_find_revisions)' -d 'answer as of then'
complete -c contact-find -l changes-since -x -a 'today (__contact_find_revisions)' -d 'only what changed since'
complete -c contact-find -l history -d 'print each change of a field'
complete -c contact-find -l audience -x -a 'student staff' -d 'only what these may see'
complete -c contact-find -l duplicates -d 'print pairs that may be the same'
complete -c contact-find -l card -d 'print a screen for each record'
complete -c contact-find -l can-login -x -a '(contact-find -k user -c login -o tsv -H 2>/dev/null)' -d 'print this user, if he may log in'
complete -c contact-find -l fields -d 'print what fields there are'
complete -c contact-find -s i -l input -x -a 'auto csv tsv json' -d 'input format'
complete -c contact-find -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-find -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-find -l wait -x -d 'seconds to wait while the store is replaced'
complete -c contact-find -a '(__contact_find_fields)=' -d field

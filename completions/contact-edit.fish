# SPDX-License-Identifier: ISC
# Completion of contact-edit for fish.

function __contact_edit_fields
    set -l kind contact
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        contains -- $words[$i] -k --kind; and set kind $words[(math $i + 1)]
    end
    contact-find --fields -k $kind -o tsv -H 2>/dev/null | cut -f 1 |
        string match -v -r '^(ext|attr)\.NAME$'
end

complete -c contact-edit -f
complete -c contact-edit -s s -l store -x -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-edit -s k -l kind -x -a 'contact organization job placement event participation note user role employee workspace campaign invitation suppression picklist attribute query status_event' -d 'kind of record'
complete -c contact-edit -s o -l output -x -a 'csv tsv json table excel' -d 'how results are printed'
complete -c contact-edit -s q -l quiet -d 'errors only, no summary'
complete -c contact-edit -s v -l verbose -d 'say how rows were understood'
complete -c contact-edit -s h -l help -d 'print help'
complete -c contact-edit -s V -l version -d 'print the version'
complete -c contact-edit -s n -l dry-run -d 'store nothing, print the results'
complete -c contact-edit -l results -r -F -d 'write what became of each record'
complete -c contact-edit -l errors -r -F -d 'write the rows in error'
complete -c contact-edit -l diff -r -F -d 'write each change of a field'
complete -c contact-edit -l set -x -a '(__contact_edit_fields)=' -d 'set a field'
complete -c contact-edit -l clear -x -a '(__contact_edit_fields)' -d 'empty a field'
complete -c contact-edit -l note -x -d 'add a note to contacts'
complete -c contact-edit -l link -x -a 'event: job: employee: user:' -d 'link contacts to a record'
complete -c contact-edit -l unlink -x -a 'event: job: employee: user:' -d 'undo such a link'
complete -c contact-edit -l create-user -d 'make users of contacts'
complete -c contact-edit -l merge -d 'make one of KEEP and OTHER'
complete -c contact-edit -l not-duplicate -d 'remember that KEEP and OTHER are not the same'
complete -c contact-edit -l all -d 'select every record of the kind'
complete -c contact-edit -s i -l input -x -a 'auto csv tsv json' -d 'input format'
complete -c contact-edit -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-edit -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-edit -l wait -x -d 'seconds to wait for another writer'
complete -c contact-edit -l no-sync -d 'leave assigned_to of the contacts of an organization'
complete -c contact-edit -l force -d 'change the source too'
complete -c contact-edit -l max -x -d 'empty, archive, disable or merge so many at most, or N%'
complete -c contact-edit -l yes -d 'do it, however many they are'
complete -c contact-edit -a '(__contact_edit_fields)=' -d field

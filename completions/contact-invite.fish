# SPDX-License-Identifier: ISC
# Completion of contact-invite for fish.

function __contact_invite_fields
    set -l kind contact
    set -l words (commandline -opc)
    for i in (seq 2 (count $words))
        contains -- $words[$i] -k --kind; and set kind $words[(math $i + 1)]
    end
    contact-find --fields -k $kind -o tsv -H 2>/dev/null | cut -f 1 |
        string match -v -r '^(ext|attr)\.NAME$'
end

complete -c contact-invite -f
complete -c contact-invite -s s -l store -x -a '(__fish_complete_directories)' -d 'the store'
complete -c contact-invite -s k -l kind -x -a 'contact invitation' -d 'kind of record'
complete -c contact-invite -s o -l output -x -a 'csv tsv json table excel' -d 'how results are printed'
complete -c contact-invite -s q -l quiet -d 'errors only, no summary'
complete -c contact-invite -s v -l verbose -d 'say how rows were understood'
complete -c contact-invite -s h -l help -d 'print help'
complete -c contact-invite -s V -l version -d 'print the version'
complete -c contact-invite -s n -l dry-run -d 'store nothing, print the results'
complete -c contact-invite -l results -r -F -d 'write what became of each record'
complete -c contact-invite -l errors -r -F -d 'write the rows in error'
complete -c contact-invite -l diff -r -F -d 'write each change of a field'
complete -c contact-invite -l campaign -x -a '(contact-find -k campaign -c name -o tsv -H 2>/dev/null)' -d 'queue under this name, or take this campaign'
complete -c contact-invite -l template -r -F -d 'make the messages of this'
complete -c contact-invite -l set -x -a 'labels+=' -d 'label those that are queued'
complete -c contact-invite -l all -d 'select every contact'
complete -c contact-invite -l send -d 'send what is queued'
complete -c contact-invite -l mbox -d 'write what is queued to standard output'
complete -c contact-invite -l resend-unknown -d 'queue again what may have been sent'
complete -c contact-invite -l cancel -d 'take back what is queued'
complete -c contact-invite -l events -r -F -d 'read what the invited did'
complete -c contact-invite -l bounce -d 'read mail that came back'
complete -c contact-invite -l unsubscribe -x -d 'send no more mail to whom the token was given'
complete -c contact-invite -l approve -d 'let those join who asked to'
complete -c contact-invite -l decline -d 'do not let them join'
complete -c contact-invite -l stats -d 'print the figures of campaigns'
complete -c contact-invite -l report -r -F -d 'write a page of figures'
complete -c contact-invite -l map -r -a 'auto generic salesforce prismhr hubspot google outlook linkedin bullhorn handshake' -d 'map of the input'
complete -c contact-invite -l encoding -x -d 'encoding of the input'
complete -c contact-invite -l header -x -d 'names of the columns'
complete -c contact-invite -l dates -x -a 'dmy mdy' -d 'order of dates'
complete -c contact-invite -l blank -x -a 'leave clear' -d 'what an empty cell does'
complete -c contact-invite -l store-sensitive -d 'keep sensitive columns'
complete -c contact-invite -l again-after -x -d 'invite again whose last invitation is older'
complete -c contact-invite -l subdomains -d 'all domains below one that was registered are the same'
complete -c contact-invite -l allow-idn -d 'invite at domains that are not ASCII'
complete -c contact-invite -l max-errors -x -d 'rows in error that are taken'
complete -c contact-invite -l atomic -d 'store nothing when a row is in error'
complete -c contact-invite -s i -l input -x -a 'auto csv tsv json' -d 'input format'
complete -c contact-invite -l color -x -a 'auto always never' -d 'when to colour'
complete -c contact-invite -l as -x -a '(__fish_complete_users)' -d 'act as this user'
complete -c contact-invite -l wait -x -d 'seconds to wait for another writer'
complete -c contact-invite -l max -x -d 'send at most so many'
complete -c contact-invite -l yes -d 'send, however many they are'
complete -c contact-invite -a '(__contact_invite_fields)=' -d field

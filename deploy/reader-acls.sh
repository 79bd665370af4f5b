#!/bin/sh
# Lets an account of another system read the public topics, and nothing else: not contacts, keys or dead letters.
#
#   BOOTSTRAP=kafka-1:9092 deploy/reader-acls.sh ACCOUNT [more words for kafka-acls.sh, such as --command-config FILE]
#
# Its consumer groups begin with its own name and a dot. Told again it does no harm.
set -eu
account=${1:?the name of the account}
shift
case $account in # a name with a dot, or ours, would have groups in common with others; `*` is everybody
    *[!A-Za-z0-9_-]* | paygir | ANONYMOUS)
        echo "letters, digits, _ and - make the name of an account, and neither paygir nor ANONYMOUS is one: $account" >&2
        exit 2
        ;;
esac
for topic in \
    paygir.content.events \
    paygir.meetings.events \
    paygir.complaints.events \
    paygir.notifications.events \
    paygir.reporting.events \
    paygir.directory.events; do
    kafka-acls.sh --bootstrap-server "${BOOTSTRAP:?the brokers}" --add --allow-principal "User:$account" \
        --operation Read --operation Describe --topic "$topic" --resource-pattern-type literal "$@"
done
kafka-acls.sh --bootstrap-server "$BOOTSTRAP" --add --allow-principal "User:$account" \
    --operation Read --group "$account." --resource-pattern-type prefixed "$@"

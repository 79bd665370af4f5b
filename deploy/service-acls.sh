#!/bin/sh
# Lets Paygir's own services do what they need on brokers with an authorizer: make, write and read its topics,
# and read them in its consumer groups.
#
#   BOOTSTRAP=kafka-1:9092 deploy/service-acls.sh ACCOUNT [more words for kafka-acls.sh, such as --command-config FILE]
#
# Services show no account: ACCOUNT is ANONYMOUS, whoever comes by a listener without accounts that only they reach.
set -eu
account=${1:?the name of the account}
shift
kafka-acls.sh --bootstrap-server "${BOOTSTRAP:?the brokers}" --add --allow-principal "User:$account" \
    --operation Create --operation Write --operation Read --operation Describe --topic paygir. \
    --resource-pattern-type prefixed "$@"
kafka-acls.sh --bootstrap-server "$BOOTSTRAP" --add --allow-principal "User:$account" \
    --operation Read --group paygir. --resource-pattern-type prefixed "$@"

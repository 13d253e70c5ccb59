#!/bin/sh
# The service by cURL; start it with: invoiceocr serve        usage: curl.sh claim.pdf
# Prints the record of the file, the same as a line of `invoiceocr extract --format jsonl`.
url=${INVOICEOCR_URL:-http://127.0.0.1:8080}
curl --silent --show-error --fail-with-body --form "files=@$1" "$url/v1/invoices"

dist_doc_DATA = docs/gateway-api.md

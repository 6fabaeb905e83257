dist_doc_DATA = README.md CHANGELOG.md docs/admin-guide.md \
	docs/architecture.md docs/gateway-api.md docs/openapi.yaml docs/vendor-guide.md

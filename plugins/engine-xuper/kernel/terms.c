/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/terms.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#define TERMS_MAX (1u << 20)

void
terms_clear(Terms *terms)
{
	json_decref(terms->json);
	memset(terms, 0, sizeof(*terms));
}

static gboolean
are_addresses(const json_t *validators)
{
	const json_t *address;
	size_t i;

	json_array_foreach(validators, i, address)
		if (!address_valid(bsn_slice_str(json_string_value(address))))
			return FALSE;
	return json_array_size(validators) > 0 &&
	       json_array_size(validators) <= VALIDATORS_MAX;
}

gboolean
terms_parse(bsn_slice text, Terms *terms)
{
	json_t *json = json_parse(text, TERMS_MAX, "agreement", NULL, NULL);

	terms->json = json;
	terms->protocol = json_string_value(json_object_get(json, "protocol"));
	terms->config = json_object_get(json, "config");
	terms->validators = json_object_get(json, "validators");
	if (terms->protocol != NULL && json_is_object(terms->config) &&
	    are_addresses(terms->validators))
		return TRUE;
	terms_clear(terms);
	return FALSE;
}

char *
terms_text(const char *protocol, const json_t *config, const json_t *validators)
{
	g_autoptr(json_t) json = json_pack("{s:s, s:O, s:O}", "protocol",
					   protocol, "config", config,
					   "validators", validators);

	return value_text(json);
}

int32_t
terms_read(Sandbox *box, Terms *terms, bsn_err *err)
{
	int32_t status;
	g_autofree char *text = value_get_text(box, BUCKET_CONSENSUS,
					       KEY_AGREEMENT, &status, err);

	memset(terms, 0, sizeof(*terms));
	if (text != NULL && terms_parse(bsn_slice_str(text), terms))
		return BSN_OK;
	return status < 0 ? status
			  : bsn_fail(err, BSN_E_CORRUPT,
				     "the chain's agreement cannot be read");
}

int32_t
terms_write(Sandbox *box, const char *protocol, const json_t *config,
	    const json_t *validators, bsn_err *err)
{
	g_autofree char *text = terms_text(protocol, config, validators);

	return value_put_text(box, BUCKET_CONSENSUS, KEY_AGREEMENT, text, err);
}

const char *
terms_at(const json_t *validators, gsize i)
{
	return json_string_value(json_array_get(validators, i));
}

gssize
terms_find(const json_t *validators, const char *address)
{
	for (gsize i = 0; i < json_array_size(validators); i++)
		if (strcmp(terms_at(validators, i), address) == 0)
			return (gssize)i;
	return -1;
}

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

/* ---- protocols --------------------------------------------------------- */

/* Keys of configs that contracts of the chain read. */
typedef struct {
	const char *protocol, *key;
	guint64 min, max;
} ProtocolKey;

static const ProtocolKey keys[] = {
	{ "tdpos", "proposer_num", 1, VALIDATORS_MAX },
	{ "tdpos", "period", 1, G_MAXUINT32 },
	{ "tdpos", "alternate_interval", 1, G_MAXUINT32 },
	{ "tdpos", "term_interval", 1, G_MAXUINT32 },
	{ "tdpos", "block_num", 1, G_MAXUINT32 },
	{ "tdpos", "vote_unit_price", 1, G_MAXUINT32 },
	{ "xpoa", "period", 1, G_MAXUINT32 },
	{ "xpoa", "block_num", 1, G_MAXUINT32 },
};

guint64
protocol_number(const json_t *config, const char *key, guint64 fallback)
{
	JsonFields fields = fields_of(config, "", NULL);

	return value_u64(&fields, key, 0, G_MAXINT64, fallback);
}

static void
check_accept_value(JsonFields *fields)
{
	const json_t *value = fields_any(fields, "accept_value");

	if (value != NULL && (!json_is_number(value) ||
			      json_number_value(value) <= 0.5 ||
			      json_number_value(value) > 1.0))
		fields_fail(fields, "accept_value",
			    "is a share of the validators, above 0.5 and at "
			    "most 1");
}

int32_t
protocol_check(const char *protocol, const json_t *config, gsize n_validators,
	       bsn_err *err)
{
	static const char *const known[] = { "single", "chainedbft", "tdpos",
					     "xpoa", NULL };
	JsonFields fields = fields_of(config, "config.consensus", err);

	if (!g_strv_contains(known, protocol))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"there is no protocol of that name for chains "
				"of this kind: single, chainedbft, tdpos or "
				"xpoa");
	if (n_validators == 0 || n_validators > VALIDATORS_MAX)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"a chain has 1 to %u members with the role "
				"consensus",
				VALIDATORS_MAX);
	if (strcmp(protocol, "single") == 0 && n_validators > 1)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the protocol single has one member with the "
				"role consensus; chainedbft is one for several");
	for (gsize i = 0; i < G_N_ELEMENTS(keys); i++)
		if (strcmp(keys[i].protocol, protocol) == 0)
			(void)value_u64(&fields, keys[i].key, keys[i].min,
					keys[i].max, keys[i].min);
	if (strcmp(protocol, "xpoa") == 0)
		check_accept_value(&fields);
	if (strcmp(protocol, "tdpos") == 0)
		fields_require(&fields, "proposer_num",
			       "how many producers a term has");
	return fields.status;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * What a host has to say before transactions can be made without it.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/bench/maker_private.h"
#include "tools/ctl/hex.h"
#include "tools/ctl/text_of.h"

/* Blocks after which a transaction that is still not in one expires; chains
 * that allow less say so, and their own default is taken. */
#define BLOCK_LIMIT_AHEAD 900u

void
source_clear(Source *source)
{
	g_clear_pointer(&source->keys, keys_free);
	g_clear_pointer(&source->pattern, fisco_pattern_free);
	g_clear_pointer(&source->call, fisco_call_free);
}

/* ---- keys --------------------------------------------------------------- */

static Keys *
identity_keys(const Maker *maker, const bsn_signature *scheme)
{
	g_autofree char *directory = target_identity(maker->target, NULL);
	Key key;

	return directory != NULL &&
			       key_load(directory, scheme->name, &key, NULL)
		       ? keys_of(&key)
		       : NULL;
}

/* An identity without a key for the algorithm gets one for the run. */
static Keys *
make_keys(const Maker *maker, const char *algorithm, GError **error)
{
	const bsn_signature *scheme = keys_scheme(algorithm, error);
	Keys *keys = NULL;
	guint n;

	if (scheme == NULL)
		return NULL;
	switch (load_plan_signers(maker->plan, &n)) {
	case SIGNERS_IDENTITY:
		keys = identity_keys(maker, scheme);
		return keys != NULL
			       ? keys
			       : keys_new(scheme, 1, maker->key_seed, error);
	case SIGNERS_NEW:
		return keys_new(scheme, n, maker->key_seed, error);
	case SIGNERS_FRESH:
		return keys_new(scheme, 0, maker->key_seed, error);
	}
	return NULL;
}

/* ---- turns -------------------------------------------------------------- */

static char *
address_of(guint64 number, void *user)
{
	const Source *source = user;
	const bsn_signature *scheme;
	const bsn_hash *hash;
	guint8 address[20];
	const Key *key;
	Key room;

	key = source->keys != NULL ? keys_at(source->keys, number, &room)
				   : NULL;
	scheme = key != NULL ? key->scheme : NULL;
	hash = scheme != NULL ? keys_hash(strcmp(scheme->name, "sm2") == 0
						  ? "sm3"
						  : "keccak-256",
					  NULL)
			      : NULL;
	return hash != NULL && fisco_address(hash, key, address)
		       ? ctl_hex_encode(address, sizeof(address), TRUE)
		       : g_strdup("");
}

Turn
source_turn(const Maker *maker, const Source *source, guint64 number)
{
	Turn turn = turn_new(maker->seed, number, &maker->draw, maker->run);
	const guint n = source->keys != NULL ? keys_count(source->keys) : 1;

	if (maker->in_turn)
		turn.record = number;
	turn.signer =
		maker->plan->signed_by == BY_RECORD ? turn.record : number;
	if (n > 0)
		turn.signer %= n;
	turn.address = address_of;
	turn.user = (void *)(gsize)source;
	return turn;
}

/* ---- the first transaction ---------------------------------------------- */

static json_t *
ask_prepare(const Maker *maker, const Source *source, const Key *key,
	    json_t *args, guint64 block_limit, GError **error)
{
	const LoadPlan *plan = maker->plan;
	g_autofree char *hex =
		ctl_hex_encode(key->public_key, KEY_PUBLIC_LEN, TRUE);
	json_t *answer;
	json_t *body =
		json_pack("{s:s, s:s, s:s, s:O, s:s}", "kind", "invoke",
			  "contract", plan->contract, "function",
			  plan->function, "args", args, "public_key", hex);

	if (block_limit > 0)
		json_object_set_new(body, "options",
				    json_pack("{s:I}", "block_limit",
					      (json_int_t)block_limit));
	answer = target_ask(maker->target, 0, "POST",
			    client_target("chains", source->chain->name, "txs",
					  "prepare", NULL),
			    body, error);
	json_decref(body);
	return answer;
}

static json_t *
prepare(const Maker *maker, const Source *source, const Key *key, json_t *args,
	guint64 height, GError **error)
{
	json_t *round = ask_prepare(maker, source, key, args,
				    height + BLOCK_LIMIT_AHEAD, NULL);

	return round != NULL ? round
			     : ask_prepare(maker, source, key, args, 0, error);
}

/* Signs what the host gave, and has it made a transaction. */
static GBytes *
finish(const Maker *maker, const Source *source, const Key *key, json_t *round,
       GError **error)
{
	g_autoptr(GBytes) message = ctl_hex_decode(text_of(round, "message"));
	guint8 signature[BSN_SIGNATURE_MAX];
	g_autofree char *hex = NULL;
	json_t *body, *answer;
	guint32 convention;
	GBytes *tx;

	if (!keys_convention(text_of(round, "convention"), &convention, error))
		return NULL;
	if (message == NULL ||
	    !key_sign(key, convention,
		      bsn_slice_of(g_bytes_get_data(message, NULL),
				   g_bytes_get_size(message)),
		      signature)) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain's transactions cannot be signed here");
		return NULL;
	}
	hex = ctl_hex_encode(signature, key->scheme->signature_len, TRUE);
	body = json_pack("{s:s, s:s}", "state", text_of(round, "state"),
			 "signature", hex);
	answer = target_ask(maker->target, 0, "POST",
			    client_target("chains", source->chain->name, "txs",
					  "sign", NULL),
			    body, error);
	json_decref(body);
	if (answer == NULL)
		return NULL;
	tx = ctl_hex_decode(text_of(answer, "tx"));
	json_decref(answer);
	if (tx == NULL)
		ctl_fail(error, CTL_ERROR_FAILED,
			 "the chain asks for a second signature\nHave the "
			 "host sign: signing = hosted.");
	return tx;
}

/* The interface that the host has of the contract; NULL: none. */
static json_t *
ask_interface(const Maker *maker, const Source *source)
{
	json_t *contract = target_ask(
		maker->target, 0, "GET",
		client_target("chains", source->chain->name, "contracts",
			      maker->plan->contract, NULL),
		NULL, NULL);
	json_t *abi = json_object_get(contract, "abi");
	json_t *kept = json_is_array(abi) ? json_incref(abi) : NULL;

	json_decref(contract);
	return kept;
}

static gboolean
take_first(Source *source, const Maker *maker, GBytes *tx, json_t *round,
	   json_t *args, GError **error)
{
	const FiscoSigning how = { text_of(round, "algorithm"),
				   text_of(round, "convention") };
	json_t *interface;

	source->pattern = fisco_pattern_new(tx, &how, error);
	if (source->pattern == NULL)
		return FALSE;
	if (template_is_constant(maker->args))
		return TRUE;
	interface = ask_interface(maker, source);
	source->call =
		fisco_call_find(maker->plan->function, interface, args,
				fisco_pattern_data(source->pattern), error);
	json_decref(interface);
	return source->call != NULL;
}

/* Asks with the keys that the source has; `other` is the algorithm that the
 * chain wants instead. */
static gboolean
try_keys(Source *source, const Maker *maker, guint64 height, char **other,
	 GError **error)
{
	const Turn turn = source_turn(maker, source, 0);
	json_t *args = template_expand(maker->args, &turn);
	g_autoptr(GBytes) tx = NULL;
	const char *wanted;
	json_t *round;
	gboolean ok;
	Key room;
	const Key *key = keys_at(source->keys, turn.signer, &room);

	round = key != NULL ? prepare(maker, source, key, args, height, error)
			    : NULL;
	wanted = text_of(round, "algorithm");
	if (round != NULL && strcmp(wanted, key->scheme->name) != 0)
		*other = g_strdup(wanted);
	else if (round != NULL)
		tx = finish(maker, source, key, round, error);
	ok = tx != NULL && take_first(source, maker, tx, round, args, error);
	json_decref(round);
	json_decref(args);
	return ok;
}

gboolean
source_learn(Source *source, Maker *maker, GError **error)
{
	const char *crypto = text_of(source->chain->config, "crypto");
	g_autofree char *algorithm =
		g_strdup(strcmp(crypto, "std") == 0 ? "secp256k1" : "sm2");
	gboolean ok = FALSE;
	guint64 height;

	if (!target_height(maker->target, source->chain->name, &height, error))
		return FALSE;
	for (guint i = 0; i < 2 && algorithm != NULL && !ok; i++) {
		g_autofree char *other = NULL;

		g_clear_pointer(&source->keys, keys_free);
		source->keys = make_keys(maker, algorithm, error);
		if (source->keys == NULL)
			return FALSE;
		ok = try_keys(source, maker, height, &other, error);
		g_free(algorithm);
		algorithm = g_steal_pointer(&other);
	}
	if (ok)
		source->lifetime =
			fisco_pattern_block_limit(source->pattern) - height;
	return ok;
}

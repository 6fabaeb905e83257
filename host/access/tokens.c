/* SPDX-License-Identifier: Apache-2.0
 *
 * Records: "token/" and the digest's hexadecimal digits.
 */
#include "host/access/tokens.h"

#include <string.h>

#include <bsn/helpers/error.h>
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#define PREFIX "token/"
#define SECRET_BYTES 32u
/* Of the digest, by which a token is looked up. */
#define KEY_LEN 16u

typedef struct {
	char *chain, *name, *created_by, *organisation;
	char *digest; /* SHA-256 of the secret, hexadecimal */
	guint64 chain_created_ms, created_ms, expires_ms;
	Role role;
} Token;

struct Tokens {
	AccessRecords *records;
	GHashTable *by_key; /* first KEY_LEN digits of the digest -> Token */
	gint64 second;	    /* of the failures counted; monotonic */
	guint failures;
};

static void
token_free(gpointer data)
{
	Token *token = data;

	g_free(token->chain);
	g_free(token->name);
	g_free(token->created_by);
	g_free(token->organisation);
	g_free(token->digest);
	g_free(token);
}

static guint64
now_ms(void)
{
	return (guint64)g_get_real_time() / 1000;
}

static char *
digest_of(const char *secret)
{
	return g_compute_checksum_for_string(G_CHECKSUM_SHA256, secret, -1);
}

static char *
key_of(const char *digest)
{
	return g_strndup(digest, KEY_LEN);
}

static gboolean
is_of(const Token *token, TokenChain chain)
{
	return token->chain_created_ms == chain.created_ms &&
	       strcmp(token->chain, chain.name) == 0;
}

/* ---- records ---- */

static json_t *
to_json(const Token *token)
{
	return json_pack("{s:s, s:I, s:s, s:s, s:I, s:I, s:s, s:s}", "chain",
			 token->chain, "chain_created_ms",
			 (json_int_t)token->chain_created_ms, "name",
			 token->name, "role", role_name(token->role),
			 "created_ms", (json_int_t)token->created_ms,
			 "expires_ms", (json_int_t)token->expires_ms,
			 "created_by", token->created_by, "organisation",
			 token->organisation);
}

static const char *
text_of(const json_t *record, const char *member)
{
	const char *text = json_string_value(json_object_get(record, member));

	return text != NULL ? text : "";
}

static guint64
number_of(const json_t *record, const char *member)
{
	return (guint64)json_integer_value(json_object_get(record, member));
}

static void
add(Tokens *tokens, Token *token)
{
	g_hash_table_replace(tokens->by_key, key_of(token->digest), token);
}

static void
found(void *owner, const char *digest, const json_t *record)
{
	Token *token = g_new0(Token, 1);

	token->digest = g_strdup(digest);
	token->chain = g_strdup(text_of(record, "chain"));
	token->chain_created_ms = number_of(record, "chain_created_ms");
	token->name = g_strdup(text_of(record, "name"));
	token->role = role_from_name(text_of(record, "role"));
	token->created_ms = number_of(record, "created_ms");
	token->expires_ms = number_of(record, "expires_ms");
	token->created_by = g_strdup(text_of(record, "created_by"));
	token->organisation = g_strdup(text_of(record, "organisation"));
	add(owner, token);
}

Tokens *
tokens_new(AccessRecords *records, GError **error)
{
	Tokens *tokens = g_new0(Tokens, 1);
	bsn_err err = BSN_ERR_INIT;

	tokens->records = records;
	tokens->by_key = g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
					       token_free);
	if (access_records_each(tokens->records, PREFIX, found, tokens, &err) ==
	    BSN_OK)
		return tokens;
	g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_FAILED,
		    "the access tokens cannot be read: %s", err.reason);
	tokens_free(tokens);
	return NULL;
}

void
tokens_free(Tokens *tokens)
{
	if (tokens == NULL)
		return;
	g_hash_table_unref(tokens->by_key);
	g_free(tokens);
}

static int32_t
save(Tokens *tokens, const Token *token, gboolean keep, void (*done)(void *),
     void *owner, bsn_err *err)
{
	g_autofree char *key = g_strconcat(PREFIX, token->digest, NULL);
	json_t *record = keep ? to_json(token) : NULL;
	int32_t status = access_records_set(tokens->records, key, record, done,
					    owner, err);

	json_decref(record);
	return status;
}

/* ---- by name ---- */

static Token *
find_named(Tokens *tokens, TokenChain chain, const char *name, guint *count)
{
	GHashTableIter iter;
	gpointer value;
	Token *named = NULL;

	*count = 0;
	g_hash_table_iter_init(&iter, tokens->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &value)) {
		Token *token = value;

		if (!is_of(token, chain))
			continue;
		(*count)++;
		if (strcmp(token->name, name) == 0)
			named = token;
	}
	return named;
}

static int32_t
judge_wanted(const TokenInfo *wanted, bsn_err *err)
{
	gsize len = strlen(wanted->name);

	if (len == 0 || len > TOKEN_NAME_MAX ||
	    strspn(wanted->name, "abcdefghijklmnopqrstuvwxyz"
				 "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				 "0123456789._-") != len)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"name: give 1 to %d letters, digits, '.', '_' "
				"or '-'",
				TOKEN_NAME_MAX);
	if (wanted->role != ROLE_AUDITOR && wanted->role != ROLE_CLIENT)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"role: a token's is client or auditor");
	if (wanted->expires_ms != 0 && wanted->expires_ms <= now_ms())
		return bsn_fail(err, BSN_BAD_REQUEST,
				"expires_ms: that time has passed");
	return BSN_OK;
}

static char *
secret_new(void)
{
	guint8 bytes[SECRET_BYTES];
	g_autofree char *text = NULL;

	if (RAND_bytes(bytes, sizeof(bytes)) != 1)
		g_error("OpenSSL has no random bytes");
	text = g_base64_encode(bytes, sizeof(bytes));
	OPENSSL_cleanse(bytes, sizeof(bytes));
	/* RFC 4648 section 5, without padding: fit for a path. */
	g_strdelimit(text, "+", '-');
	g_strdelimit(text, "/", '_');
	g_strdelimit(text, "=", '\0');
	return g_strconcat(TOKEN_PREFIX, text, NULL);
}

static Token *
token_new(TokenChain chain, const TokenInfo *wanted, const char *secret)
{
	Token *token = g_new0(Token, 1);

	token->digest = digest_of(secret);
	token->chain = g_strdup(chain.name);
	token->chain_created_ms = chain.created_ms;
	token->name = g_strdup(wanted->name);
	token->role = wanted->role;
	token->created_ms = now_ms();
	token->expires_ms = wanted->expires_ms;
	token->created_by = g_strdup(wanted->created_by);
	token->organisation = g_strdup(wanted->organisation);
	return token;
}

int32_t
tokens_create(Tokens *tokens, TokenChain chain, const TokenInfo *wanted,
	      char **secret, void (*done)(void *), void *owner, bsn_err *err)
{
	int32_t status = judge_wanted(wanted, err);
	Token *token;
	guint count;

	if (status != BSN_OK)
		return status;
	if (find_named(tokens, chain, wanted->name, &count) != NULL)
		return bsn_fail(err, BSN_CONFLICT,
				"chain %s has a token %s already", chain.name,
				wanted->name);
	if (count >= TOKENS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"chain %s has %d tokens, as many as may be",
				chain.name, TOKENS_MAX);
	*secret = secret_new();
	token = token_new(chain, wanted, *secret);
	status = save(tokens, token, TRUE, done, owner, err);
	if (status == BSN_OK) {
		add(tokens, token);
		return BSN_OK;
	}
	token_free(token);
	g_clear_pointer(secret, g_free);
	return status;
}

int32_t
tokens_revoke(Tokens *tokens, TokenChain chain, const char *name,
	      void (*done)(void *), void *owner, bsn_err *err)
{
	guint count;
	Token *token = find_named(tokens, chain, name, &count);
	g_autofree char *key = NULL;
	int32_t status;

	if (token == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"chain %s has no token %.63s", chain.name,
				name);
	key = key_of(token->digest);
	status = save(tokens, token, FALSE, done, owner, err);
	if (status == BSN_OK)
		g_hash_table_remove(tokens->by_key, key);
	return status;
}

static gint
by_name(gconstpointer a, gconstpointer b)
{
	const Token *const *left = a;
	const Token *const *right = b;

	return strcmp((*left)->name, (*right)->name);
}

void
tokens_each(Tokens *tokens, TokenChain chain,
	    void (*each)(void *, const TokenInfo *), void *owner)
{
	g_autoptr(GPtrArray) own = g_ptr_array_new();
	GHashTableIter iter;
	gpointer token;

	g_hash_table_iter_init(&iter, tokens->by_key);
	while (g_hash_table_iter_next(&iter, NULL, &token))
		if (is_of(token, chain))
			g_ptr_array_add(own, token);
	g_ptr_array_sort(own, by_name);
	for (guint i = 0; i < own->len; i++) {
		const Token *one = own->pdata[i];
		TokenInfo info = { one->name,	    one->role,
				   one->created_ms, one->expires_ms,
				   one->created_by, one->organisation };

		each(owner, &info);
	}
}

/* ---- by secret ---- */

/* The table is asked for a part of the digest; the whole is compared in
 * constant time. */
static const Token *
find_digest(Tokens *tokens, const char *digest)
{
	g_autofree char *key = key_of(digest);
	const Token *token = g_hash_table_lookup(tokens->by_key, key);

	if (token == NULL ||
	    CRYPTO_memcmp(token->digest, digest, strlen(digest)) != 0)
		return NULL;
	return token;
}

static int32_t
refuse(Tokens *tokens, const char *reason, bsn_err *err)
{
	gint64 second = g_get_monotonic_time() / G_USEC_PER_SEC;

	if (second != tokens->second)
		tokens->failures = 0;
	tokens->second = second;
	if (++tokens->failures > TOKEN_FAILURES_MAX)
		return bsn_fail(err, BSN_BUSY,
				"there are too many wrong tokens just now");
	return bsn_fail(err, BSN_UNAUTHENTICATED, "the token is refused: %s",
			reason);
}

static Caller *
caller_of(const Token *token)
{
	Identity *identity = g_new0(Identity, 1);

	identity->name = g_strdup(token->name);
	identity->organisation = g_strdup(token->organisation);
	identity->role = token->role;
	identity->algorithm = g_strdup("token");
	identity->fingerprint = g_strdup(token->digest);
	identity->not_after_s = token->expires_ms != 0
					? (gint64)(token->expires_ms / 1000)
					: G_MAXINT64;
	return caller_new(identity, "token");
}

int32_t
tokens_judge(Tokens *tokens, TokenChain chain, const char *secret,
	     Caller **caller, bsn_err *err)
{
	g_autofree char *digest = digest_of(secret);
	const Token *token = find_digest(tokens, digest);

	if (token == NULL || !is_of(token, chain))
		return refuse(tokens, "this chain has none like it", err);
	if (token->expires_ms != 0 && token->expires_ms <= now_ms())
		return refuse(tokens, "it has expired", err);
	*caller = caller_of(token);
	return BSN_OK;
}

gboolean
tokens_hold(Tokens *tokens, const Caller *caller)
{
	return strcmp(caller->by, "token") != 0 ||
	       find_digest(tokens, caller->identity->fingerprint) != NULL;
}

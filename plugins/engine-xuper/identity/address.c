/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/identity/address.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <openssl/evp.h>

#include "plugins/engine-xuper/identity/base58.h"

/* An address: version, RIPEMD-160 of the hash of the point, checksum. */
#define HASH_AT 1u
#define CHECKSUM_AT (HASH_AT + EVM_ADDRESS_LEN)
#define CHECKSUM_LEN 4u

G_STATIC_ASSERT(CHECKSUM_AT + CHECKSUM_LEN == BASE58_BYTES);
G_STATIC_ASSERT(BASE58_TEXT_MAX < ADDRESS_MAX);

typedef enum { HASH_SHA256, HASH_SM3, HASH_RIPEMD160, N_HASHES } HashKind;

/* What belongs to a version. */
typedef struct {
	HashKind hash;
	guint rounds; /* of it for a checksum */
} Version;

static const Version versions[] = {
	[1] = { HASH_SHA256, 2 },
	[2] = { HASH_SM3, 1 },
};

/* ---- hashes ---- */

/* By OpenSSL's names; found once, since looking one up takes longer than it. */
static EVP_MD *hashes[N_HASHES];

static void
find_hashes(void)
{
	static const char *const names[] = { "SHA256", "SM3", "RIPEMD160" };
	static gsize found;

	if (!g_once_init_enter(&found))
		return;
	for (guint i = 0; i < N_HASHES; i++) {
		hashes[i] = EVP_MD_fetch(NULL, names[i], NULL);
		if (hashes[i] == NULL)
			g_error("OpenSSL does not offer %s, of which addresses "
				"are made: OpenSSL 3.0.7 or later does in its "
				"default provider",
				names[i]);
	}
	g_once_init_leave(&found, 1);
}

static void
digest(HashKind kind, const guint8 *data, gsize len, guint8 *out)
{
	find_hashes();
	if (EVP_Digest(data, len, out, NULL, hashes[kind], NULL) != 1)
		g_error("hashing fails: memory ran out");
}

static void
checksum(const guint8 bytes[BASE58_BYTES], guint8 sum[CHECKSUM_LEN])
{
	const Version *version = &versions[bytes[0]];
	guint8 hash[HASH_LEN];

	digest(version->hash, bytes, CHECKSUM_AT, hash);
	for (guint i = 1; i < version->rounds; i++)
		digest(version->hash, hash, sizeof(hash), hash);
	memcpy(sum, hash, CHECKSUM_LEN);
}

/* ---- addresses ---- */

static void
address_encode(guint8 version, const guint8 hash[EVM_ADDRESS_LEN],
	       char address[ADDRESS_MAX])
{
	guint8 bytes[BASE58_BYTES] = { version };

	memcpy(bytes + HASH_AT, hash, EVM_ADDRESS_LEN);
	checksum(bytes, bytes + CHECKSUM_AT);
	base58_encode(bytes, address);
}

static gboolean
address_decode(bsn_slice text, guint8 hash[EVM_ADDRESS_LEN])
{
	guint8 bytes[BASE58_BYTES], sum[CHECKSUM_LEN];

	if (!base58_decode(text, bytes) || bytes[0] == 0 ||
	    bytes[0] >= G_N_ELEMENTS(versions))
		return FALSE;
	checksum(bytes, sum);
	if (memcmp(sum, bytes + CHECKSUM_AT, CHECKSUM_LEN) != 0)
		return FALSE;
	memcpy(hash, bytes + HASH_AT, EVM_ADDRESS_LEN);
	return TRUE;
}

void
address_of(const Suite *suite, const guint8 public_key[PUBLIC_KEY_LEN],
	   char address[ADDRESS_MAX])
{
	guint8 point[1 + PUBLIC_KEY_LEN] = { 4 }; /* not compressed */
	guint8 hash[HASH_LEN], short_hash[EVM_ADDRESS_LEN];

	memcpy(point + 1, public_key, PUBLIC_KEY_LEN);
	digest(versions[suite->address_version].hash, point, sizeof(point),
	       hash);
	digest(HASH_RIPEMD160, hash, sizeof(hash), short_hash);
	address_encode(suite->address_version, short_hash, address);
}

gboolean
address_valid(bsn_slice text)
{
	guint8 hash[EVM_ADDRESS_LEN];

	return address_decode(text, hash);
}

/* ---- accounts and contracts ---- */

static gboolean
all_digits(const guint8 *text, gsize len)
{
	for (gsize i = 0; i < len; i++)
		if (!g_ascii_isdigit(text[i]))
			return FALSE;
	return TRUE;
}

#define ACCOUNT_PREFIX "XC"
#define DIGITS_AT 2u
#define CHAIN_AT (DIGITS_AT + ACCOUNT_DIGITS + 1)
#define CHAIN_MAX 63u

gboolean
account_valid(bsn_slice text)
{
	if (text.len <= CHAIN_AT || text.len > CHAIN_AT + CHAIN_MAX ||
	    memcmp(text.data, ACCOUNT_PREFIX, DIGITS_AT) != 0 ||
	    !all_digits(text.data + DIGITS_AT, ACCOUNT_DIGITS) ||
	    text.data[CHAIN_AT - 1] != '@')
		return FALSE;
	for (guint64 i = CHAIN_AT; i < text.len; i++)
		if (!g_ascii_isalnum(text.data[i]) &&
		    strchr("_-.", text.data[i]) == NULL)
			return FALSE;
	return memchr(text.data, 0, (gsize)text.len) == NULL;
}

gboolean
account_of_chain(bsn_slice text, bsn_slice chain)
{
	return account_valid(text) &&
	       bsn_slice_equal(
		       bsn_slice_of(text.data + CHAIN_AT, text.len - CHAIN_AT),
		       chain);
}

gboolean
contract_name_valid(bsn_slice text)
{
	if (text.len < CONTRACT_NAME_MIN || text.len > CONTRACT_NAME_MAX ||
	    g_ascii_isdigit(text.data[0]) || text.data[0] == '.' ||
	    text.data[text.len - 1] == '.')
		return FALSE;
	for (guint64 i = 0; i < text.len; i++)
		if (!g_ascii_isalnum(text.data[i]) && text.data[i] != '_' &&
		    text.data[i] != '.')
			return FALSE;
	return TRUE;
}

/* ---- the EVM's view ---- */

#define EVM_CONTRACT "1111"
#define EVM_ACCOUNT "1112"
#define EVM_PREFIX_LEN 4u

gboolean
evm_address_of(bsn_slice text, guint8 evm[EVM_ADDRESS_LEN])
{
	if (account_valid(text)) {
		memcpy(evm, EVM_ACCOUNT, EVM_PREFIX_LEN);
		memcpy(evm + EVM_PREFIX_LEN, text.data + DIGITS_AT,
		       ACCOUNT_DIGITS);
		return TRUE;
	}
	if (contract_name_valid(text)) {
		memset(evm, '-', EVM_ADDRESS_LEN);
		memcpy(evm, EVM_CONTRACT, EVM_PREFIX_LEN);
		memcpy(evm + EVM_ADDRESS_LEN - text.len, text.data,
		       (gsize)text.len);
		return TRUE;
	}
	return address_decode(text, evm);
}

static char *
account_name(bsn_slice chain, const guint8 *digits)
{
	return g_strdup_printf(ACCOUNT_PREFIX "%.*s@%.*s", (int)ACCOUNT_DIGITS,
			       (const char *)digits, (int)chain.len,
			       chain.len > 0 ? (const char *)chain.data : "");
}

char *
evm_address_name(const Suite *suite, bsn_slice chain,
		 const guint8 evm[EVM_ADDRESS_LEN])
{
	const guint8 *rest = evm + EVM_PREFIX_LEN;
	char address[ADDRESS_MAX];
	guint fill = 0;
	bsn_slice name;

	if (memcmp(evm, EVM_ACCOUNT, EVM_PREFIX_LEN) == 0 &&
	    all_digits(rest, ACCOUNT_DIGITS))
		return account_name(chain, rest);
	while (fill < CONTRACT_NAME_MAX && rest[fill] == '-')
		fill++;
	name = bsn_slice_of(rest + fill, CONTRACT_NAME_MAX - fill);
	if (memcmp(evm, EVM_CONTRACT, EVM_PREFIX_LEN) == 0 &&
	    contract_name_valid(name))
		return g_strndup((const char *)name.data, (gsize)name.len);
	address_encode(suite->address_version, evm, address);
	return g_strdup(address);
}

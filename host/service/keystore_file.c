/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/keystore_file.h"

#include <openssl/evp.h>
#include <string.h>

#define MAGIC_LEN 7
#define VERSION 1
#define DIGEST_LEN 32

static const char header_magic[] = "BSNKEYS";
static const char key_magic[] = "BSN-KEY";

static gboolean
consists_of_name(const char *text, gsize max)
{
	gsize len = strnlen(text, max + 1);

	return len > 0 && len <= max &&
	       strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len;
}

gboolean
key_name_is_fit(const char *name)
{
	return name != NULL && consists_of_name(name, KEY_NAME_MAX);
}

/* ---- the header --------------------------------------------------------- */

#define HEADER_SALT_AT (MAGIC_LEN + 1)
#define HEADER_SEALED_AT (HEADER_SALT_AT + SEAL_SALT_LEN)
#define HEADER_DIGEST_AT (HEADER_SEALED_AT + SEAL_OVERHEAD)

static gboolean
header_digest(const guint8 *header, guint8 *digest)
{
	return EVP_Digest(header, HEADER_DIGEST_AT, digest, NULL, EVP_sha256(),
			  NULL) == 1;
}

gboolean
keystore_header_write(const Seal *seal, const guint8 salt[SEAL_SALT_LEN],
		      guint8 header[KEYSTORE_HEADER_LEN])
{
	memcpy(header, header_magic, MAGIC_LEN);
	header[MAGIC_LEN] = VERSION;
	memcpy(header + HEADER_SALT_AT, salt, SEAL_SALT_LEN);
	return seal_close(seal, header, HEADER_SEALED_AT, header, 0,
			  header + HEADER_SEALED_AT) &&
	       header_digest(header, header + HEADER_DIGEST_AT);
}

KeystoreFileVerdict
keystore_header_read(const guint8 *header, gsize len,
		     guint8 salt[SEAL_SALT_LEN])
{
	guint8 digest[DIGEST_LEN];

	if (len <= MAGIC_LEN || memcmp(header, header_magic, MAGIC_LEN) != 0)
		return KEYSTORE_FILE_BROKEN;
	if (header[MAGIC_LEN] > VERSION)
		return KEYSTORE_FILE_NEWER;
	if (len != KEYSTORE_HEADER_LEN || !header_digest(header, digest) ||
	    memcmp(digest, header + HEADER_DIGEST_AT, DIGEST_LEN) != 0)
		return KEYSTORE_FILE_BROKEN;
	memcpy(salt, header + HEADER_SALT_AT, SEAL_SALT_LEN);
	return KEYSTORE_FILE_GOOD;
}

gboolean
keystore_header_opens(const Seal *seal,
		      const guint8 header[KEYSTORE_HEADER_LEN])
{
	guint8 nothing[1];

	return seal_open(seal, header, HEADER_SEALED_AT,
			 header + HEADER_SEALED_AT, SEAL_OVERHEAD, nothing);
}

/* ---- a key -------------------------------------------------------------- */

void
sealed_key_free(SealedKey *sealed)
{
	if (sealed == NULL)
		return;
	hosted_key_free(sealed->key);
	g_free(sealed);
}

static void
append_counted(GByteArray *bytes, const void *data, gsize len)
{
	const guint8 count = (guint8)len;

	g_byte_array_append(bytes, &count, 1);
	g_byte_array_append(bytes, data, (guint)len);
}

/* What a private key is bound to: all of its file before it. */
static GByteArray *
bound_part(const HostedKey *key)
{
	GByteArray *bytes = g_byte_array_new();
	const guint8 version = VERSION;
	guint64 created = GUINT64_TO_BE(key->created_ms);

	g_byte_array_append(bytes, (const guint8 *)key_magic, MAGIC_LEN);
	g_byte_array_append(bytes, &version, 1);
	g_byte_array_append(bytes, (const guint8 *)&created, sizeof(created));
	append_counted(bytes, key->name, strlen(key->name));
	append_counted(bytes, key->algorithm, strlen(key->algorithm));
	append_counted(bytes, key->public_key, key->public_key_len);
	return bytes;
}

SealedKey *
sealed_key_new(const Seal *seal, HostedKey *key,
	       const guint8 private_key[KEY_PRIVATE_LEN])
{
	g_autoptr(SealedKey) sealed = g_new0(SealedKey, 1);
	g_autoptr(GByteArray) bound = bound_part(key);

	sealed->key = key;
	if (!seal_close(seal, bound->data, bound->len, private_key,
			KEY_PRIVATE_LEN, sealed->sealed))
		return NULL;
	return g_steal_pointer(&sealed);
}

gboolean
sealed_key_open(const Seal *seal, const SealedKey *sealed,
		guint8 private_key[KEY_PRIVATE_LEN])
{
	g_autoptr(GByteArray) bound = bound_part(sealed->key);

	return seal_open(seal, bound->data, bound->len, sealed->sealed,
			 KEY_SEALED_LEN, private_key);
}

GByteArray *
sealed_key_write(const SealedKey *sealed)
{
	GByteArray *bytes = bound_part(sealed->key);

	g_byte_array_append(bytes, sealed->sealed, KEY_SEALED_LEN);
	return bytes;
}

/* What is left to read. */
typedef struct {
	const guint8 *at;
	gsize len;
} Rest;

static const guint8 *
take(Rest *rest, gsize len)
{
	const guint8 *at = rest->at;

	if (rest->len < len)
		return NULL;
	rest->at += len;
	rest->len -= len;
	return at;
}

static const guint8 *
take_counted(Rest *rest, gsize max, gsize *len)
{
	const guint8 *count = take(rest, 1);

	if (count == NULL || *count == 0 || *count > max)
		return NULL;
	*len = *count;
	return take(rest, *count);
}

static char *
take_name(Rest *rest, gsize max)
{
	gsize len = 0;
	const guint8 *at = take_counted(rest, max, &len);
	g_autofree char *text =
		at != NULL ? g_strndup((const char *)at, len) : NULL;

	if (text == NULL || strlen(text) != len ||
	    !consists_of_name(text, max))
		return NULL;
	return g_steal_pointer(&text);
}

static gboolean
take_public_key(Rest *rest, HostedKey *key)
{
	gsize len = 0;
	const guint8 *at = take_counted(rest, BSN_PUBLIC_KEY_MAX, &len);

	if (at == NULL)
		return FALSE;
	memcpy(key->public_key, at, len);
	key->public_key_len = (guint32)len;
	return TRUE;
}

static gboolean
take_key(Rest *rest, SealedKey *sealed)
{
	HostedKey *key = sealed->key;
	const guint8 *created = take(rest, sizeof(key->created_ms));
	const guint8 *at;

	if (created == NULL)
		return FALSE;
	memcpy(&key->created_ms, created, sizeof(key->created_ms));
	key->created_ms = GUINT64_FROM_BE(key->created_ms);
	key->name = take_name(rest, KEY_NAME_MAX);
	if (key->name != NULL)
		key->algorithm = take_name(rest, KEY_ALGORITHM_MAX);
	if (key->algorithm == NULL || !take_public_key(rest, key))
		return FALSE;
	at = take(rest, KEY_SEALED_LEN);
	if (at == NULL || rest->len != 0)
		return FALSE;
	memcpy(sealed->sealed, at, KEY_SEALED_LEN);
	return TRUE;
}

KeystoreFileVerdict
sealed_key_read(const guint8 *data, gsize len, SealedKey **out)
{
	g_autoptr(SealedKey) sealed = g_new0(SealedKey, 1);
	Rest rest = { data, len };
	const guint8 *magic = take(&rest, MAGIC_LEN);
	const guint8 *version = take(&rest, 1);

	if (magic == NULL || version == NULL || len > KEY_FILE_MAX ||
	    memcmp(magic, key_magic, MAGIC_LEN) != 0)
		return KEYSTORE_FILE_BROKEN;
	if (*version > VERSION)
		return KEYSTORE_FILE_NEWER;
	sealed->key = g_new0(HostedKey, 1);
	if (*version < VERSION || !take_key(&rest, sealed))
		return KEYSTORE_FILE_BROKEN;
	*out = g_steal_pointer(&sealed);
	return KEYSTORE_FILE_GOOD;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/registry.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/number.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Kinds of entries, the third byte of their keys. */
#define KIND_CONTRACT 'a' /* address: the contract */
#define KIND_ABI 'j'      /* address: interface, JSON text */
#define KIND_NAME 'n'     /* name: owner and versions */
#define KIND_NAME_ABI 'b' /* name, version's index: interface */
#define KIND_RELEASE 'g'  /* name: what it stands for */
#define KIND_POSITION 'p' /* position, 8 bytes: address */
#define KIND_COUNT 'k'    /* how many there are */
#define KIND_CLOSED 'x'   /* how many are frozen or uninstalled */

#define KEY_HEAD 3u
#define INDEX_LEN 2u /* of a version */
#define KEY_MAX (KEY_HEAD + CONTRACT_NAME_MAX + INDEX_LEN)

typedef struct {
	guint8 bytes[KEY_MAX];
	guint64 len;
} Key;

static Key
key_of(guint8 kind, bsn_slice id)
{
	Key key = { { STATE_BYTE, STATE_CONTRACT_BYTE, kind },
		    KEY_HEAD + id.len };

	if (id.len > 0)
		memcpy(key.bytes + KEY_HEAD, id.data, id.len);
	return key;
}

static bsn_slice
key_slice(const Key *key)
{
	return bsn_slice_of(key->bytes, key->len);
}

static Key
address_key(guint8 kind, const guint8 *address)
{
	return key_of(kind, bsn_slice_of(address, ADDRESS_LEN));
}

static Key
position_key(guint64 position)
{
	guint64 big_endian = GUINT64_TO_BE(position);

	return key_of(KIND_POSITION,
		      bsn_slice_of(&big_endian, sizeof(big_endian)));
}

static int32_t
get(Overlay *state, Key key, bsn_slice *value)
{
	return overlay_get(state, key_slice(&key), value);
}

static void
put(Overlay *state, Key key, bsn_slice value)
{
	overlay_put(state, key_slice(&key), value);
}

/* ---- a contract's entry ------------------------------------------------ */

static void
read_text(RlpReader *reader, const char *what, char *out, guint64 max)
{
	bsn_slice text = rlp_read_bytes(reader, what, 0, max);

	if (text.len > 0)
		memcpy(out, text.data, text.len);
	out[text.len] = '\0';
}

static int32_t
contract_decode(bsn_slice value, Contract *contract)
{
	RlpReader reader = rlp_reader(value);

	rlp_enter(&reader, "contract");
	rlp_read_fixed(&reader, "owner", contract->owner, ADDRESS_LEN);
	rlp_read_fixed(&reader, "tx", contract->tx_hash, HASH_LEN);
	read_text(&reader, "name", contract->name, CONTRACT_NAME_MAX);
	read_text(&reader, "version", contract->version, CONTRACT_VERSION_MAX);
	contract->state = (ContractState)rlp_read_u64(&reader, "state");
	contract->sm3 = rlp_read_u64(&reader, "sm3") != 0;
	contract->block = rlp_read_u64(&reader, "block");
	contract->position = rlp_read_u64(&reader, "position");
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

void
registry_put_contract(Overlay *state, const Contract *contract)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	const RlpItem fields[] = {
		rlp_bytes(bsn_slice_of(contract->owner, ADDRESS_LEN)),
		rlp_bytes(bsn_slice_of(contract->tx_hash, HASH_LEN)),
		rlp_bytes(bsn_slice_str(contract->name)),
		rlp_bytes(bsn_slice_str(contract->version)),
		rlp_u64(contract->state),
		rlp_u64(contract->sm3 ? 1 : 0),
		rlp_u64(contract->block),
		rlp_u64(contract->position),
	};

	rlp_put_list(value, fields, G_N_ELEMENTS(fields));
	put(state, address_key(KIND_CONTRACT, contract->address),
	    buffer_slice(value));
}

int32_t
contract_load(Overlay *state, const guint8 *address, Contract *contract)
{
	bsn_slice value;
	int32_t status =
		get(state, address_key(KIND_CONTRACT, address), &value);

	if (status != BSN_OK)
		return status;
	memcpy(contract->address, address, ADDRESS_LEN);
	return contract_decode(value, contract);
}

int32_t
contract_at(Overlay *state, guint64 position, Contract *contract)
{
	guint8 address[ADDRESS_LEN];
	bsn_slice value;
	int32_t status = get(state, position_key(position), &value);

	if (status != BSN_OK)
		return status;
	if (value.len != ADDRESS_LEN)
		return BSN_E_CORRUPT;
	memcpy(address, value.data, ADDRESS_LEN);
	return contract_load(state, address, contract);
}

static int32_t
get_count(Overlay *state, guint8 kind, guint64 *count)
{
	Key key = key_of(kind, bsn_slice_of(NULL, 0));

	return number_get(state, key_slice(&key), count);
}

static void
put_count(Overlay *state, guint8 kind, guint64 count)
{
	Key key = key_of(kind, bsn_slice_of(NULL, 0));

	number_put(state, key_slice(&key), count);
}

int32_t
contract_count(Overlay *state, guint64 *count)
{
	return get_count(state, KIND_COUNT, count);
}

int32_t
contract_closed_count(Overlay *state, guint64 *count)
{
	return get_count(state, KIND_CLOSED, count);
}

void
registry_put_position(Overlay *state, guint64 position, const guint8 *address)
{
	put(state, position_key(position), bsn_slice_of(address, ADDRESS_LEN));
}

void
registry_put_count(Overlay *state, guint64 count)
{
	put_count(state, KIND_COUNT, count);
}

void
registry_put_closed(Overlay *state, guint64 count)
{
	put_count(state, KIND_CLOSED, count);
}

void
registry_put_abi(Overlay *state, const guint8 *address, bsn_slice abi)
{
	put(state, address_key(KIND_ABI, address), abi);
}

int32_t
contract_abi(Overlay *state, const guint8 *address, bsn_slice *abi)
{
	return get(state, address_key(KIND_ABI, address), abi);
}

/* ---- names ------------------------------------------------------------- */

static int32_t
name_decode(bsn_slice value, ContractName *name)
{
	RlpReader reader = rlp_reader(value);

	rlp_enter(&reader, "name");
	rlp_read_fixed(&reader, "owner", name->owner, ADDRESS_LEN);
	name->uninstalled = rlp_read_u64(&reader, "uninstalled") != 0;
	while (rlp_more(&reader)) {
		ContractVersion version;

		read_text(&reader, "version", version.version,
			  CONTRACT_VERSION_MAX);
		rlp_read_fixed(&reader, "address", version.address,
			       ADDRESS_LEN);
		g_array_append_val(name->versions, version);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

void
registry_put_name(Overlay *state, const char *text, const ContractName *name)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	guint n = 2 + 2 * name->versions->len;
	g_autofree RlpItem *fields = g_new(RlpItem, n);

	fields[0] = rlp_bytes(bsn_slice_of(name->owner, ADDRESS_LEN));
	fields[1] = rlp_u64(name->uninstalled ? 1 : 0);
	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *version = &g_array_index(
			name->versions, ContractVersion, i);

		fields[2 + 2 * i] = rlp_bytes(bsn_slice_str(version->version));
		fields[3 + 2 * i] =
			rlp_bytes(bsn_slice_of(version->address, ADDRESS_LEN));
	}
	rlp_put_list(value, fields, n);
	put(state, key_of(KIND_NAME, bsn_slice_str(text)),
	    buffer_slice(value));
}

int32_t
contract_name_load(Overlay *state, bsn_slice name, ContractName *out)
{
	bsn_slice value;
	int32_t status;

	*out = (ContractName){ .versions = NULL };
	if (name.len == 0 || name.len > CONTRACT_NAME_MAX)
		return BSN_NOT_FOUND;
	status = get(state, key_of(KIND_NAME, name), &value);
	if (status != BSN_OK)
		return status;
	out->versions = g_array_new(FALSE, FALSE, sizeof(ContractVersion));
	status = name_decode(value, out);
	if (status != BSN_OK)
		contract_name_clear(out);
	return status;
}

void
contract_name_clear(ContractName *name)
{
	g_clear_pointer(&name->versions, g_array_unref);
}

const ContractVersion *
registry_version(const ContractName *name, bsn_slice version)
{
	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *one = &g_array_index(
			name->versions, ContractVersion, i);

		if (bsn_slice_equal(bsn_slice_str(one->version), version))
			return one;
	}
	return NULL;
}

static Key
name_abi_key(bsn_slice name, guint index)
{
	Key key = key_of(KIND_NAME_ABI, name);

	key.bytes[key.len++] = (guint8)(index >> 8);
	key.bytes[key.len++] = (guint8)index;
	return key;
}

void
registry_put_name_abi(Overlay *state, const char *name, guint index,
		      bsn_slice abi)
{
	put(state, name_abi_key(bsn_slice_str(name), index), abi);
}

int32_t
contract_name_abi(Overlay *state, bsn_slice name, guint index,
		  const guint8 *address, bsn_slice *abi)
{
	int32_t status = get(state, name_abi_key(name, index), abi);

	return status == BSN_NOT_FOUND ? contract_abi(state, address, abi)
				       : status;
}

/* ---- releases ---------------------------------------------------------- */

static int32_t
release_decode(bsn_slice value, Release *release)
{
	RlpReader reader = rlp_reader(value);
	bsn_slice candidate;

	rlp_enter(&reader, "release");
	rlp_read_fixed(&reader, "current", release->current, ADDRESS_LEN);
	candidate = rlp_read_bytes(&reader, "candidate", 0, ADDRESS_LEN);
	release->trying = candidate.len == ADDRESS_LEN;
	if (release->trying)
		memcpy(release->candidate, candidate.data, ADDRESS_LEN);
	release->grey.percent = rlp_read_u64(&reader, "percent");
	while (rlp_more(&reader)) {
		guint8 caller[ADDRESS_LEN];

		rlp_read_fixed(&reader, "caller", caller, ADDRESS_LEN);
		(void)grey_add_caller(&release->grey, caller);
	}
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
release_load(Overlay *state, bsn_slice name, Release *release)
{
	bsn_slice value;
	int32_t status;

	*release = (Release){ .trying = FALSE };
	status = get(state, key_of(KIND_RELEASE, name), &value);
	if (status == BSN_OK)
		status = release_decode(value, release);
	if (status != BSN_OK)
		release_clear(release);
	return status;
}

void
registry_put_release(Overlay *state, bsn_slice name, const Release *release)
{
	g_autoptr(GByteArray) value = g_byte_array_new();
	const GByteArray *callers = release->grey.callers;
	guint n = callers != NULL ? callers->len / ADDRESS_LEN : 0;
	g_autofree RlpItem *fields = g_new(RlpItem, 3 + (gsize)n);

	fields[0] = rlp_bytes(bsn_slice_of(release->current, ADDRESS_LEN));
	fields[1] = rlp_bytes(
		bsn_slice_of(release->candidate,
			     release->trying ? ADDRESS_LEN : 0));
	fields[2] = rlp_u64(release->grey.percent);
	for (guint i = 0; i < n; i++)
		fields[3 + i] = rlp_bytes(
			bsn_slice_of(callers->data + (gsize)i * ADDRESS_LEN,
				     ADDRESS_LEN));
	rlp_put_list(value, fields, 3 + (guint64)n);
	put(state, key_of(KIND_RELEASE, name), buffer_slice(value));
}

void
registry_delete_release(Overlay *state, bsn_slice name)
{
	Key key = key_of(KIND_RELEASE, name);

	overlay_delete(state, key_slice(&key));
}

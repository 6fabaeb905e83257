/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/contracts.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Kinds of entries, the third byte of their keys. */
#define KIND_CONTRACT 'a' /* address: the contract */
#define KIND_ABI 'j'      /* address: interface, JSON text */
#define KIND_NAME 'n'     /* name: owner and versions */
#define KIND_POSITION 'p' /* position, 8 bytes: address */
#define KIND_COUNT 'k'    /* how many there are */

#define KEY_HEAD 3u
#define KEY_MAX (KEY_HEAD + CONTRACT_NAME_MAX)

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

static void
contract_put(Overlay *state, const Contract *contract)
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

int32_t
contract_count(Overlay *state, guint64 *count)
{
	bsn_slice value;
	int32_t status =
		get(state, key_of(KIND_COUNT, bsn_slice_of(NULL, 0)), &value);

	*count = 0;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK && value.len != sizeof(*count))
		return BSN_E_CORRUPT;
	if (status == BSN_OK) {
		memcpy(count, value.data, sizeof(*count));
		*count = GUINT64_FROM_BE(*count);
	}
	return status;
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

static void
name_put(Overlay *state, const char *text, const ContractName *name)
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

static const ContractVersion *
find_version(const ContractName *name, bsn_slice version)
{
	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *one = &g_array_index(
			name->versions, ContractVersion, i);

		if (bsn_slice_equal(bsn_slice_str(one->version), version))
			return one;
	}
	return NULL;
}

/* ---- finding ----------------------------------------------------------- */

static int32_t
newest_version(Overlay *state, const ContractName *name, guint8 *address)
{
	for (guint i = name->versions->len; i > 0; i--) {
		const ContractVersion *version = &g_array_index(
			name->versions, ContractVersion, i - 1);
		Contract contract;
		int32_t status =
			contract_load(state, version->address, &contract);

		if (status != BSN_OK)
			return status;
		if (contract.state == CONTRACT_UNINSTALLED)
			continue;
		memcpy(address, version->address, ADDRESS_LEN);
		return BSN_OK;
	}
	return BSN_NOT_FOUND;
}

static int32_t
resolve_name(Overlay *state, bsn_slice name, const bsn_slice *version,
	     guint8 *address)
{
	g_auto(ContractName) found = { .versions = NULL };
	const ContractVersion *one;
	int32_t status = contract_name_load(state, name, &found);

	if (status != BSN_OK)
		return status;
	if (version == NULL)
		return newest_version(state, &found, address);
	one = find_version(&found, *version);
	if (one == NULL)
		return BSN_NOT_FOUND;
	memcpy(address, one->address, ADDRESS_LEN);
	return BSN_OK;
}

/* Splits "name@version"; FALSE when there is no version. */
static gboolean
split_version(bsn_slice text, bsn_slice *name, bsn_slice *version)
{
	const guint8 *at = text.len > 0 ? memchr(text.data, '@', text.len)
					: NULL;

	*name = text;
	if (at == NULL)
		return FALSE;
	name->len = (guint64)(at - text.data);
	*version = bsn_slice_of(at + 1, text.len - name->len - 1);
	return TRUE;
}

int32_t
contract_resolve(Overlay *state, bsn_slice text, guint8 *address, bsn_err *err)
{
	bsn_slice name;
	bsn_slice version;
	gboolean versioned;
	int32_t status;

	if (text.len > 2 && text.data[0] == '0' && text.data[1] == 'x') {
		if (hex_decode_fixed((const char *)text.data, text.len,
				     address, ADDRESS_LEN))
			return BSN_OK;
		return bsn_fail(err, BSN_BAD_REQUEST,
				"contract: an address is 0x and 40 "
				"hexadecimal digits");
	}
	versioned = split_version(text, &name, &version);
	status = resolve_name(state, name, versioned ? &version : NULL,
			      address);
	if (status == BSN_NOT_FOUND)
		return bsn_fail_native(
			err, status, FISCO_NO_CONTRACT,
			"there is no contract \"%.*s\"",
			(int)MIN(text.len, CONTRACT_NAME_MAX * 2), text.data);
	return status;
}

/* ---- deployments ------------------------------------------------------- */

int32_t
contract_may_deploy(Overlay *state, const DeployExtra *extra,
		    const guint8 *sender, guint32 *code)
{
	g_auto(ContractName) name = { .versions = NULL };
	int32_t status =
		contract_name_load(state, bsn_slice_str(extra->name), &name);

	*code = FISCO_OK;
	if (status != BSN_OK)
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	if (memcmp(name.owner, sender, ADDRESS_LEN) != 0)
		*code = FISCO_NO_DEPLOY;
	else if (name.uninstalled ||
		 name.versions->len >= CONTRACT_VERSIONS_MAX ||
		 find_version(&name, bsn_slice_str(extra->version)) != NULL)
		*code = FISCO_ADDRESS_USED;
	return BSN_OK;
}

/* The version as given, or the first number from the count on that is free. */
static void
choose_version(const ContractName *name, const char *given, char *out)
{
	guint number = name->versions->len + 1;

	g_strlcpy(out, given, CONTRACT_VERSION_MAX + 1);
	while (out[0] == '\0' ||
	       (given[0] == '\0' &&
		find_version(name, bsn_slice_str(out)) != NULL))
		g_snprintf(out, CONTRACT_VERSION_MAX + 1, "%u", number++);
}

static int32_t
enter_version(Overlay *state, Contract *contract, const char *given)
{
	g_auto(ContractName) name = { .versions = NULL };
	ContractVersion version;
	int32_t status =
		contract_name_load(state, bsn_slice_str(contract->name), &name);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	if (name.versions == NULL) {
		name.versions =
			g_array_new(FALSE, FALSE, sizeof(ContractVersion));
		memcpy(name.owner, contract->owner, ADDRESS_LEN);
	}
	choose_version(&name, given, contract->version);
	memcpy(version.version, contract->version, sizeof(version.version));
	memcpy(version.address, contract->address, ADDRESS_LEN);
	g_array_append_val(name.versions, version);
	name_put(state, contract->name, &name);
	return BSN_OK;
}

static int32_t
enter_position(Overlay *state, Contract *contract)
{
	guint64 next;
	int32_t status = contract_count(state, &contract->position);

	if (status != BSN_OK)
		return status;
	next = GUINT64_TO_BE(contract->position + 1);
	put(state, position_key(contract->position),
	    bsn_slice_of(contract->address, ADDRESS_LEN));
	put(state, key_of(KIND_COUNT, bsn_slice_of(NULL, 0)),
	    bsn_slice_of(&next, sizeof(next)));
	return BSN_OK;
}

int32_t
contract_enter(Overlay *state, const DeployExtra *extra, const Tx *tx,
	       const guint8 *address, guint64 block)
{
	Contract contract = { .sm3 = extra->sm3, .block = block };
	int32_t status;

	memcpy(contract.address, address, ADDRESS_LEN);
	memcpy(contract.owner, tx->sender, ADDRESS_LEN);
	memcpy(contract.tx_hash, tx->hash, HASH_LEN);
	g_strlcpy(contract.name, extra->name, sizeof(contract.name));
	status = enter_position(state, &contract);
	if (status == BSN_OK && contract.name[0] != '\0')
		status = enter_version(state, &contract, extra->version);
	if (status != BSN_OK)
		return status;
	contract_put(state, &contract);
	if (extra->abi != NULL)
		put(state, address_key(KIND_ABI, address),
		    bsn_slice_str(extra->abi));
	return BSN_OK;
}

/* ---- life cycle -------------------------------------------------------- */

static guint32
move_state(Contract *contract, LifecycleOp op)
{
	static const ContractState to[] = {
		[LIFECYCLE_FREEZE] = CONTRACT_FROZEN,
		[LIFECYCLE_UNFREEZE] = CONTRACT_ACTIVE,
		[LIFECYCLE_UNINSTALL] = CONTRACT_UNINSTALLED,
	};

	if (contract->state == CONTRACT_UNINSTALLED ||
	    contract->state == to[op])
		return FISCO_PRECOMPILED;
	contract->state = to[op];
	return FISCO_OK;
}

static int32_t
lifecycle_one(Overlay *state, const guint8 *address, LifecycleOp op,
	      const guint8 *sender, guint32 *code)
{
	Contract contract;
	int32_t status = contract_load(state, address, &contract);

	if (status != BSN_OK) {
		*code = FISCO_NO_CONTRACT;
		return status == BSN_NOT_FOUND ? BSN_OK : status;
	}
	if (memcmp(contract.owner, sender, ADDRESS_LEN) != 0) {
		*code = FISCO_DENIED;
		return BSN_OK;
	}
	*code = move_state(&contract, op);
	if (*code == FISCO_OK)
		contract_put(state, &contract);
	return BSN_OK;
}

/* Every version that can take the step takes it; one is enough. */
static int32_t
lifecycle_all(Overlay *state, const char *text, ContractName *name,
	      LifecycleOp op, const guint8 *sender, guint32 *code)
{
	guint32 best = FISCO_PRECOMPILED;

	for (guint i = 0; i < name->versions->len; i++) {
		const ContractVersion *version = &g_array_index(
			name->versions, ContractVersion, i);
		int32_t status = lifecycle_one(state, version->address, op,
					       sender, code);

		if (status != BSN_OK || *code == FISCO_DENIED)
			return status;
		if (*code == FISCO_OK)
			best = FISCO_OK;
	}
	*code = best;
	if (op == LIFECYCLE_UNINSTALL && best == FISCO_OK) {
		name->uninstalled = TRUE;
		name_put(state, text, name);
	}
	return BSN_OK;
}

int32_t
contract_lifecycle(Overlay *state, const LifecycleExtra *extra,
		   const guint8 *sender, guint32 *code)
{
	bsn_slice text = bsn_slice_str(extra->contract);
	g_auto(ContractName) name = { .versions = NULL };
	guint8 address[ADDRESS_LEN];
	int32_t status = contract_name_load(state, text, &name);

	if (status == BSN_OK)
		return lifecycle_all(state, extra->contract, &name, extra->op,
				     sender, code);
	if (status != BSN_NOT_FOUND)
		return status;
	status = contract_resolve(state, text, address, NULL);
	if (status == BSN_OK)
		return lifecycle_one(state, address, extra->op, sender, code);
	*code = FISCO_NO_CONTRACT;
	return status < 0 ? status : BSN_OK;
}

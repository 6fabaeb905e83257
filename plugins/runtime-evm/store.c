/* SPDX-License-Identifier: Apache-2.0
 *
 * How accounts, code and slots stand in the engine's state.
 */
#include <bsn/helpers/bytes.h>

#include "plugins/runtime-evm/gas.h"
#include "plugins/runtime-evm/journal.h"

#define NONCE_LEN 8u
#define RECORD_LEN (NONCE_LEN + 32u) /* nonce, balance */
#define RECORD_LEN_CODE (RECORD_LEN + HASH_LEN)
#define LIFE_LEN 8u
#define RECORD_LEN_MAX (RECORD_LEN_CODE + LIFE_LEN)
#define SLOT_KEY_LEN_MAX (1u + ADDRESS_LEN + LIFE_LEN + 32u)
#define KEY_MAX (SLOT_KEY_LEN_MAX + 1u)

typedef struct {
	uint8_t bytes[KEY_MAX];
	uint64_t len;
} Key;

static Key
account_key(const Address *address)
{
	Key key = { { 'a' }, 1 + ADDRESS_LEN };

	memcpy(key.bytes + 1, address, ADDRESS_LEN);
	return key;
}

static Key
code_key(const uint8_t *hash)
{
	Key key = { { 'c' }, 1 + HASH_LEN };

	memcpy(key.bytes + 1, hash, HASH_LEN);
	return key;
}

static Key
life_key(const Address *address)
{
	Key key = { { 'l' }, 1 + ADDRESS_LEN };

	memcpy(key.bytes + 1, address, ADDRESS_LEN);
	return key;
}

static Key
slot_key(const Address *address, uint64_t life, const U256 *slot)
{
	Key key = { { life == 0 ? 's' : 'S' }, 1 + ADDRESS_LEN };

	memcpy(key.bytes + 1, address, ADDRESS_LEN);
	if (life != 0) {
		u256_store_be64(key.bytes + key.len, life);
		key.len += LIFE_LEN;
	}
	u256_store(slot, key.bytes + key.len);
	key.len += 32;
	return key;
}

static bsn_slice
key_slice(const Key *key)
{
	return bsn_slice_of(key->bytes, key->len);
}

/* A status that is no answer to a get is the state's fault. */
static int32_t
checked(int32_t status)
{
	if (status == BSN_TOO_LARGE)
		return BSN_E_CORRUPT;
	return status == BSN_OK || status == BSN_NOT_FOUND || status < 0 ?
		       status :
		       BSN_E_INTERNAL;
}

/* ---- accounts ----------------------------------------------------------- */

static int32_t
read_record(const uint8_t *bytes, uint64_t len, AccountRecord *record)
{
	if (len == RECORD_LEN + LIFE_LEN || len == RECORD_LEN_MAX) {
		len -= LIFE_LEN;
		record->life = u256_load_be64(bytes + len);
	}
	if (len != RECORD_LEN && len != RECORD_LEN_CODE)
		return BSN_E_CORRUPT;
	record->nonce = u256_load_be64(bytes);
	record->balance = u256_load(bytes + NONCE_LEN);
	record->has_code = len == RECORD_LEN_CODE;
	if (record->has_code)
		memcpy(record->code_hash, bytes + RECORD_LEN, HASH_LEN);
	return BSN_OK;
}

int32_t
store_get_account(bsn_state *state, const Address *address,
		  AccountRecord *record)
{
	uint8_t bytes[RECORD_LEN_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	Key key = account_key(address);
	int32_t status = checked(
		state->get(state, key_slice(&key), &sink.sink));

	*record = (AccountRecord){ 0 };
	return status == BSN_OK ? read_record(bytes, sink.len, record) : status;
}

int32_t
store_peek_account(bsn_state *state, const Address *address,
		   AccountRecord *record)
{
	uint8_t bytes[RECORD_LEN_MAX];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	Key key = account_key(address);
	int32_t status;

	if (!BSN_HAS(state, peek))
		return store_get_account(state, address, record);
	status = checked(state->peek(state, key_slice(&key), 0, RECORD_LEN,
				     &sink.sink));
	*record = (AccountRecord){ 0 };
	return status == BSN_OK ? read_record(bytes, sink.len, record) : status;
}

int32_t
store_add_account(bsn_state *state, const Address *address,
		  const AccountRecord *before, const AccountRecord *now)
{
	const U256 amount = u256_sub(&now->balance, &before->balance);
	Key key = account_key(address);
	uint8_t bytes[32];
	int32_t status = BSN_OK;

	if (now->nonce != before->nonce) {
		u256_store_be64(bytes, now->nonce - before->nonce);
		status = state->add(state, key_slice(&key), 0,
				    bsn_slice_of(bytes, NONCE_LEN));
	}
	if (status != BSN_OK || u256_is_zero(&amount))
		return status;
	u256_store(&amount, bytes);
	return state->add(state, key_slice(&key), NONCE_LEN,
			  bsn_slice_of(bytes, sizeof(bytes)));
}

int32_t
store_put_account(bsn_state *state, const Address *address,
		  const AccountRecord *record)
{
	uint8_t bytes[RECORD_LEN_MAX];
	uint64_t len = RECORD_LEN;
	Key key = account_key(address);

	u256_store_be64(bytes, record->nonce);
	u256_store(&record->balance, bytes + NONCE_LEN);
	if (record->has_code) {
		memcpy(bytes + len, record->code_hash, HASH_LEN);
		len += HASH_LEN;
	}
	if (record->life != 0) {
		u256_store_be64(bytes + len, record->life);
		len += LIFE_LEN;
	}
	return state->put(state, key_slice(&key), bsn_slice_of(bytes, len));
}

int32_t
store_del_account(bsn_state *state, const Address *address)
{
	Key key = account_key(address);

	return state->del(state, key_slice(&key));
}

int32_t
store_get_life(bsn_state *state, const Address *address, uint64_t *life)
{
	uint8_t bytes[LIFE_LEN];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	Key key = life_key(address);
	int32_t status = checked(
		state->get(state, key_slice(&key), &sink.sink));

	*life = 0;
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK && sink.len != LIFE_LEN)
		return BSN_E_CORRUPT;
	if (status == BSN_OK)
		*life = u256_load_be64(bytes);
	return status;
}

int32_t
store_put_life(bsn_state *state, const Address *address, uint64_t life)
{
	uint8_t bytes[LIFE_LEN];
	Key key = life_key(address);

	u256_store_be64(bytes, life);
	return state->put(state, key_slice(&key),
			  bsn_slice_of(bytes, sizeof(bytes)));
}

/* ---- code --------------------------------------------------------------- */

typedef struct {
	bsn_sink sink;
	GByteArray *bytes;
} CodeSink;

static int32_t
write_code(bsn_sink *sink, const void *data, uint64_t len)
{
	CodeSink *code = (CodeSink *)sink;

	if (len > EVM_CODE_MAX - code->bytes->len)
		return BSN_TOO_LARGE;
	g_byte_array_append(code->bytes, data, (guint)len);
	return BSN_OK;
}

int32_t
store_get_code(bsn_state *state, const uint8_t *hash, Code **code)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	CodeSink sink = { { write_code }, bytes };
	Key key = code_key(hash);
	int32_t status = checked(
		BSN_HAS(state, fixed) ?
			state->fixed(state, key_slice(&key), &sink.sink) :
			state->get(state, key_slice(&key), &sink.sink));

	if (status == BSN_OK)
		*code = code_new(bytes->data, bytes->len);
	return status;
}

int32_t
store_put_code(bsn_state *state, const uint8_t *hash, const Code *code)
{
	Key key = code_key(hash);

	return state->put(state, key_slice(&key),
			  bsn_slice_of(code->bytes, code->size));
}

/* ---- slots -------------------------------------------------------------- */

int32_t
store_get_slot(bsn_state *state, const Address *address, uint64_t life,
	       const U256 *slot, U256 *value)
{
	uint8_t bytes[32];
	bsn_fixed_sink sink = bsn_fixed_sink_of(bytes, sizeof(bytes));
	Key key = slot_key(address, life, slot);
	int32_t status = checked(
		state->get(state, key_slice(&key), &sink.sink));

	*value = u256_of(0);
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK)
		*value = u256_load_short(bytes, sink.len);
	return status;
}

int32_t
store_put_slot(bsn_state *state, const Address *address, uint64_t life,
	       const U256 *slot, const U256 *value)
{
	uint8_t bytes[32];
	unsigned len = u256_byte_length(value);
	Key key = slot_key(address, life, slot);

	if (len == 0)
		return state->del(state, key_slice(&key));
	u256_store(value, bytes);
	return state->put(state, key_slice(&key),
			  bsn_slice_of(bytes + 32 - len, len));
}

typedef struct {
	bsn_scan_sink sink;
	bool found;
} FirstEntry;

/* Any status but BSN_OK ends a scan; this one says that nothing is wrong. */
static int32_t
found_entry(bsn_scan_sink *sink, bsn_slice key, bsn_slice value)
{
	((FirstEntry *)sink)->found = true;
	return BSN_NOT_FOUND;
}

/* All slots lie from the first to before the second. */
static void
slot_range(const Address *address, uint64_t life, Key *from, Key *to)
{
	const U256 first = u256_of(0);
	const U256 last = u256_not(&first);

	*from = slot_key(address, life, &first);
	*to = slot_key(address, life, &last);
	to->len++; /* a zero byte more: `last` is within */
}

int32_t
store_has_slots(bsn_state *state, const Address *address, uint64_t life,
		bool *has)
{
	FirstEntry entry = { { found_entry }, false };
	int32_t status;
	Key from, to;

	slot_range(address, life, &from, &to);
	*has = false;
	if (!BSN_HAS(state, scan))
		return BSN_OK;
	status = state->scan(state, key_slice(&from), key_slice(&to),
			     &entry.sink);
	*has = entry.found;
	return entry.found ? BSN_OK : status;
}

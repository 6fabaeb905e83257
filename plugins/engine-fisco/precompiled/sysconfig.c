/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1000. A record: [value, block from which on, value before].
 */
#include "plugins/engine-fisco/precompiled/sysconfig.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/lists.h"
#include "plugins/engine-fisco/precompiled/call.h"
#include "plugins/engine-fisco/precompiled/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/kit/rlp.h"
#include "plugins/kit/sink.h"

/* Digits of a value. */
#define VALUE_DIGITS_MAX 20u
/* FISCO BCOS 2.x's. */
#define EPOCH_BLOCKS_DEFAULT 1000u
#define TIMEOUT_MIN_S 3u
/* Nobody waits longer than a day. */
#define TIMEOUT_MAX_S 86400u

static const char *const names[SYSCONFIG_KEYS] = {
	[SYSCONFIG_TX_COUNT] = "tx_count_limit",
	[SYSCONFIG_TX_GAS] = "tx_gas_limit",
	[SYSCONFIG_EPOCH_SEALERS] = "rpbft_epoch_sealer_num",
	[SYSCONFIG_EPOCH_BLOCKS] = "rpbft_epoch_block_num",
	[SYSCONFIG_TIMEOUT] = "consensus_timeout",
};

typedef struct {
	guint64 value;
	guint64 since;
	guint64 before;
} Record;

gboolean
sysconfig_key(bsn_slice name, SysconfigKey *key)
{
	for (guint i = 0; i < SYSCONFIG_KEYS; i++) {
		*key = (SysconfigKey)i;
		if (bsn_slice_equal(name, bsn_slice_str(names[i])))
			return TRUE;
	}
	return FALSE;
}

static StateKey
record_key(SysconfigKey key)
{
	StateKey own = state_key('C');

	state_key_add(&own, bsn_slice_str(names[key]));
	return own;
}

static guint64
default_of(const Ledger *ledger, SysconfigKey key)
{
	switch (key) {
	case SYSCONFIG_TX_COUNT:
		return ledger_config(ledger)->block_tx_max;
	case SYSCONFIG_TX_GAS:
		return ledger_config(ledger)->tx_gas_max;
	case SYSCONFIG_EPOCH_SEALERS:
		return genesis_sealers(&ledger->genesis);
	case SYSCONFIG_EPOCH_BLOCKS:
		return EPOCH_BLOCKS_DEFAULT;
	case SYSCONFIG_TIMEOUT:
		return TIMEOUT_MIN_S;
	}
	return 0;
}

static gboolean
in_range(const Ledger *ledger, SysconfigKey key, guint64 value)
{
	switch (key) {
	case SYSCONFIG_TX_COUNT:
		return value >= 1 && value <= CONFIG_BLOCK_TX_MAX;
	case SYSCONFIG_TX_GAS:
		/* One with more would fit no block. */
		return value >= CONFIG_GAS_MIN &&
		       value <= ledger_config(ledger)->block_gas_max;
	case SYSCONFIG_EPOCH_SEALERS:
		return value >= 1 && value <= SEALERS_MAX;
	case SYSCONFIG_EPOCH_BLOCKS:
		return value >= 1 && value <= G_MAXUINT32;
	case SYSCONFIG_TIMEOUT:
		return value >= TIMEOUT_MIN_S && value <= TIMEOUT_MAX_S;
	}
	return FALSE;
}

/* ---- reading ------------------------------------------------------------ */

static int32_t
read_record(bsn_slice bytes, Record *record)
{
	RlpReader reader = rlp_reader(bytes);

	rlp_enter(&reader, "record");
	record->value = rlp_read_u64(&reader, "value");
	record->since = rlp_read_u64(&reader, "block");
	record->before = rlp_read_u64(&reader, "value before");
	rlp_leave(&reader);
	return rlp_finish(&reader, NULL) == BSN_OK ? BSN_OK : BSN_E_CORRUPT;
}

int32_t
sysconfig_get(Overlay *state, const Ledger *ledger, SysconfigKey key,
	      guint64 number, guint64 *value, guint64 *since)
{
	StateKey own = record_key(key);
	Record record = { 0 };
	bsn_slice bytes;
	int32_t status = overlay_get(state, state_key_slice(&own), &bytes);

	*since = 0;
	if (status == BSN_NOT_FOUND) {
		*value = default_of(ledger, key);
		return BSN_OK;
	}
	if (status == BSN_OK)
		status = read_record(bytes, &record);
	*since = record.since <= number ? record.since : 0;
	*value = record.since <= number ? record.value : record.before;
	return status;
}

int32_t
sysconfig_read(Overlay *state, const Ledger *ledger, guint64 number,
	       SysconfigLimits *limits)
{
	guint64 since;
	int32_t status = sysconfig_get(state, ledger, SYSCONFIG_TX_COUNT,
				       number, &limits->tx_count, &since);

	if (status == BSN_OK)
		status = sysconfig_get(state, ledger, SYSCONFIG_TX_GAS, number,
				       &limits->tx_gas, &since);
	if (status == BSN_OK)
		limits->number = number;
	return status;
}

int32_t
sysconfig_limits(Ledger *ledger, const SysconfigLimits **limits)
{
	SysconfigLimits *own = &ledger->limits;
	guint64 number = ledger->head.number + 1;
	g_autoptr(Overlay) state = NULL;

	*limits = own;
	if (own->number == number)
		return BSN_OK;
	state = ledger_state(ledger);
	return sysconfig_read(state, ledger, number, own);
}

/* ---- setValueByKey ------------------------------------------------------ */

static gboolean
read_number(bsn_slice text, guint64 *number)
{
	char digits[VALUE_DIGITS_MAX + 1] = { 0 };

	if (text.len == 0 || text.len > VALUE_DIGITS_MAX)
		return FALSE;
	memcpy(digits, text.data, text.len);
	return strlen(digits) == text.len &&
	       g_ascii_string_to_unsigned(digits, 10, 0, G_MAXUINT64, number,
					  NULL);
}

static int32_t
put_value(PrecompiledCall *call, SysconfigKey key, guint64 value)
{
	g_autoptr(GByteArray) bytes = g_byte_array_new();
	StateKey own = record_key(key);
	guint64 before, since;
	int32_t status = precompiled_charge(call, GAS_READ);

	if (status == BSN_OK)
		status = sysconfig_get(call->state, call->ledger, key,
				       call->block, &before, &since);
	if (status == BSN_OK) {
		const RlpItem fields[] = { rlp_u64(value),
					   rlp_u64(call->block + 1),
					   rlp_u64(before) };

		rlp_put_list(bytes, fields, G_N_ELEMENTS(fields));
		status = precompiled_put(call, &own, buffer_slice(bytes));
	}
	return status == BSN_OK ? precompiled_answer(call, 1) : status;
}

static int32_t
set_value(PrecompiledCall *call)
{
	SysconfigKey key;
	guint64 value;
	gboolean allowed;
	int32_t status = precompiled_allowed(call, TABLE_CONFIG, &allowed);

	if (status != BSN_OK)
		return status;
	if (!allowed)
		return precompiled_answer(call, PRECOMPILED_DENIED);
	if (!sysconfig_key(call->args[0].bytes, &key) ||
	    !read_number(call->args[1].bytes, &value) ||
	    !in_range(call->ledger, key, value))
		return precompiled_answer(call, PRECOMPILED_CONFIG);
	return put_value(call, key, value);
}

static const PrecompiledFunction functions[] = {
	{ 0xbd291aef, 0x0749b518, "setValueByKey(string,string)",
	  set_value, GAS_WRITES },
};

const PrecompiledContract system_config_contract = {
	"SystemConfig", 0x1000, functions, G_N_ELEMENTS(functions)
};

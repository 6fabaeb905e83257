/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/closed.h"

#include "plugins/engine-fisco/services.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"

#define WORD 32u

typedef struct {
	guint8 address[ADDRESS_LEN];
	ContractState state;
	gboolean sm3;
} Asked;

void
closed_clear(Closed *closed)
{
	closed->known = FALSE;
	g_clear_pointer(&closed->asked, g_tree_unref);
}

/* ---- what is closed ---------------------------------------------------- */

static gint
compare(gconstpointer a, gconstpointer b, gpointer data)
{
	return memcmp(a, b, ADDRESS_LEN);
}

static int32_t
load_count(Closed *closed, Overlay *state)
{
	int32_t status = contract_closed_count(state, &closed->count);

	closed->known = status == BSN_OK;
	return status;
}

/* What is not in the registry is closed to nobody. */
static int32_t
load(Closed *closed, Overlay *state, const guint8 *address,
     const Asked **found)
{
	Contract contract = { .state = CONTRACT_ACTIVE };
	int32_t status = contract_load(state, address, &contract);
	Asked *asked;

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	asked = g_new(Asked, 1);
	memcpy(asked->address, address, ADDRESS_LEN);
	asked->state = contract.state;
	asked->sm3 = contract.sm3;
	g_tree_insert(closed->asked, asked->address, asked);
	*found = asked;
	return BSN_OK;
}

/* A tree, since contracts choose the addresses: no choice makes it slow. */
static int32_t
find(Closed *closed, Overlay *state, const guint8 *address,
     const Asked **found)
{
	if (closed->asked == NULL)
		closed->asked = g_tree_new_full(compare, NULL, NULL, g_free);
	*found = g_tree_lookup(closed->asked, address);
	return *found != NULL ? BSN_OK : load(closed, state, address, found);
}

/* ---- refusing ---------------------------------------------------------- */

static void
put_number(GByteArray *out, guint32 number)
{
	guint8 word[WORD] = { 0 };
	guint32 big_endian = GUINT32_TO_BE(number);

	memcpy(word + WORD - sizeof(big_endian), &big_endian,
	       sizeof(big_endian));
	g_byte_array_append(out, word, WORD);
}

/* A call of Error(string) with the contract's own kind of selector, as its
 * callers expect it; nothing where no plugin offers the hash. */
static int32_t
write_error(const Closed *closed, gboolean sm3, bsn_sink *output)
{
	static const guint8 zeros[WORD];
	g_autoptr(GByteArray) data = g_byte_array_new();
	const bsn_hash *hash = suite_selector_hash(sm3);
	bsn_slice signature = bsn_slice_str("Error(string)");
	bsn_slice text = bsn_slice_str(closed->reason);
	guint8 digest[BSN_DIGEST_MAX];

	if (hash == NULL || hash->digest(&signature, 1, digest) != BSN_OK)
		return BSN_OK;
	g_byte_array_append(data, digest, 4);
	put_number(data, WORD);
	put_number(data, (guint32)text.len);
	g_byte_array_append(data, text.data, (guint)text.len);
	g_byte_array_append(data, zeros,
			    (guint)((WORD - text.len % WORD) % WORD));
	return output->write(output, data->data, data->len);
}

static int32_t
refuse(Closed *closed, const Asked *asked, const char *problem,
       bsn_sink *output, bsn_outcome *outcome)
{
	g_autofree char *address =
		hex_encode(bsn_slice_of(asked->address, ADDRESS_LEN));
	int32_t status;

	g_snprintf(closed->reason, sizeof(closed->reason),
		   "the contract %s %s", address, problem);
	status = write_error(closed, asked->sm3, output);
	if (status != BSN_OK)
		return BSN_E_INTERNAL;
	outcome->status = BSN_REVERTED;
	outcome->budget_used = 0;
	outcome->reason = bsn_slice_str(closed->reason);
	return BSN_OK;
}

int32_t
closed_refuse(Closed *closed, Overlay *state, const guint8 *address,
	      bsn_sink *output, bsn_outcome *outcome)
{
	const Asked *asked;
	int32_t status = closed->known ? BSN_OK : load_count(closed, state);

	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (closed->count == 0)
		return BSN_NOT_OFFERED;
	status = find(closed, state, address, &asked);
	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	if (asked->state == CONTRACT_ACTIVE)
		return BSN_NOT_OFFERED;
	return refuse(closed, asked,
		      asked->state == CONTRACT_FROZEN ? "is frozen"
						      : "is uninstalled",
		      output, outcome);
}

int32_t
closed_deny(Closed *closed, Overlay *state, const guint8 *address,
	    bsn_sink *output, bsn_outcome *outcome)
{
	const Asked *asked;
	int32_t status = find(closed, state, address, &asked);

	if (status != BSN_OK)
		return MIN(status, BSN_E_INVALID);
	return refuse(closed, asked, "does not let the signer call it",
		      output, outcome);
}

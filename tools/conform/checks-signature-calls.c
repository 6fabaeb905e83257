/* SPDX-License-Identifier: Apache-2.0
 *
 * What the calls of a signature scheme do with what they are given.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "host/status.h"
#include "tools/conform/guard_inputs.h"
#include "tools/conform/oracle-curve.h"
#include "tools/conform/scheme-checks.h"

#define NUMBER_LEN CURVE_NUMBER_LEN

static const bsn_slice no_id = { NULL, 0 };

/* ---- many ----------------------------------------------------------------- */

#define ITEMS 12u
#define STRIDE (sizeof(bsn_verify_item) + 16)
#define UNTOUCHED 0x5a5a5a5a

/* Good ones, and each kind of bad ones among them. */
static void
make_items(Scheme *scheme, bsn_verify_item *items, guint8 (*signatures)[65],
	   OracleKeys *keys, GBytes *text)
{
	bsn_slice message = scheme_slice(text);

	for (guint i = 0; i < ITEMS; i++) {
		scheme_keys(scheme, &keys[i]);
		oracle_sign(scheme->name, BSN_SIGN_STANDARD, &keys[i], no_id,
			    message, signatures[i]);
		items[i] = scheme_item(scheme, BSN_SIGN_STANDARD,
				       keys[i].public_key, message,
				       signatures[i]);
	}
	signatures[1][5] ^= 1;
	signatures[4][NUMBER_LEN + 5] ^= 1;
	items[5].message.len--;
	items[6].public_key = items[7].public_key;
	items[8].signature.len--;
	items[9].convention = 77;
	items[10].public_key.len--;
}

static void
expect_many(Scheme *scheme, const bsn_verify_item *items, guint from, guint n,
	    gsize stride)
{
	g_autofree guint8 *array = g_malloc0(n * stride + 1);
	int32_t got[ITEMS + 1];
	int32_t status;

	for (guint i = 0; i < n; i++) {
		bsn_verify_item item = items[from + i];

		item.size = (guint32)stride;
		memcpy(array + i * stride, &item, sizeof(item));
	}
	for (guint i = 0; i <= ITEMS; i++)
		got[i] = UNTOUCHED;
	page_at(scheme->run->page, "bsn_signature.verify_many");
	status = scheme->table->verify_many((const bsn_verify_item *)array, n,
					    got);
	page_at(scheme->run->page, NULL);
	EXPECT(scheme->run, status == BSN_OK,
	       "verify_many judges %u items; it answered %s", n,
	       status_name(status));
	EXPECT(scheme->run, got[n] == UNTOUCHED,
	       "verify_many writes n statuses; it wrote more");
	for (guint i = 0; i < n; i++) {
		int32_t want = scheme_verify(scheme, &items[from + i]);

		EXPECT(scheme->run, got[i] == want,
		       "verify_many judges each item as verify does; of %u "
		       "items with a stride of %zu bytes, number %u is %s, "
		       "not %s",
		       n, stride, i, status_name(got[i]), status_name(want));
	}
}

void
check_verify_many(Run *run)
{
	bsn_verify_item items[ITEMS];
	guint8 signatures[ITEMS][65];
	OracleKeys keys[ITEMS];
	g_autoptr(GBytes) text = NULL;
	Scheme scheme;

	scheme_begin(&scheme, run);
	if (!BSN_HAS(scheme.table, verify_many))
		run_not_claimed(run, "%s has no verify_many", scheme.name);
	text = scheme_message(&scheme, 40);
	make_items(&scheme, items, signatures, keys, text);
	for (guint n = 0; n <= ITEMS; n++)
		expect_many(&scheme, items, 0, n, sizeof(bsn_verify_item));
	for (guint i = 0; i < ITEMS; i++)
		expect_many(&scheme, items, i, 1, sizeof(bsn_verify_item));
	/* Records of a later ABI are longer (base.h, rule 2). */
	expect_many(&scheme, items, 0, ITEMS, STRIDE);
	run_note(run, "0 to %u items, good and bad ones mixed: as one by one",
		 ITEMS);
}

/* ---- inputs --------------------------------------------------------------- */

/* What it answers is for other checks; here it only must not trespass. */
static void
sealed_sign(Scheme *scheme, const OracleKeys *keys, bsn_slice message,
	    guint8 *signature)
{
	static const char id[] = "ALICE123@YAHOO.COM";
	bsn_slice user_id = scheme->kind == SCHEME_SM2 ? bsn_slice_str(id) :
							 no_id;
	Inputs inputs;
	const guint8 *private_key;

	inputs_begin(&inputs, "bsn_signature.sign",
		     inputs_size(sizeof(keys->private_key)) +
			     inputs_size(message.len) +
			     inputs_size(user_id.len));
	private_key = inputs_copy(&inputs, keys->private_key,
				  sizeof(keys->private_key));
	message = inputs_slice(&inputs, message);
	user_id = inputs_slice(&inputs, user_id);
	inputs_seal(&inputs);
	page_at(scheme->run->page, inputs.call);
	(void)scheme->table->sign(private_key, BSN_SIGN_STANDARD, user_id,
				  message, signature);
	page_at(scheme->run->page, NULL);
	inputs_end(&inputs);
}

static void
sealed_verify(Scheme *scheme, bsn_verify_item item)
{
	Inputs inputs;
	const bsn_verify_item *sealed;

	if (scheme->kind == SCHEME_SM2)
		item.user_id = bsn_slice_str("ALICE123@YAHOO.COM");
	inputs_begin(&inputs, "bsn_signature.verify",
		     inputs_size(sizeof(item)) +
			     inputs_size(item.public_key.len) +
			     inputs_size(item.user_id.len) +
			     inputs_size(item.message.len) +
			     inputs_size(item.signature.len));
	item.public_key = inputs_slice(&inputs, item.public_key);
	item.user_id = inputs_slice(&inputs, item.user_id);
	item.message = inputs_slice(&inputs, item.message);
	item.signature = inputs_slice(&inputs, item.signature);
	sealed = inputs_copy(&inputs, &item, sizeof(item));
	inputs_seal(&inputs);
	page_at(scheme->run->page, inputs.call);
	(void)scheme->table->verify(sealed);
	page_at(scheme->run->page, NULL);
	inputs_end(&inputs);
}

void
check_signature_inputs(Run *run)
{
	Scheme scheme;

	scheme_begin(&scheme, run);
	for (guint i = 0; i < 16; i++) {
		g_autoptr(GBytes) text =
			scheme_message(&scheme, scheme_length(i));
		guint8 signature[BSN_SIGNATURE_MAX] = { 0 };
		OracleKeys keys;

		scheme_keys(&scheme, &keys);
		sealed_sign(&scheme, &keys, scheme_slice(text), signature);
		sealed_verify(&scheme,
			      scheme_item(&scheme, BSN_SIGN_STANDARD,
					  keys.public_key, scheme_slice(text),
					  signature));
	}
	run_note(run, "16 messages in memory that can only be read: signed "
		      "and verified");
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * function.sm2-forgeries, function.secp256k1-forgeries: signatures that are
 * none, at the door and inside finished transactions.
 */
#include "config.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "tools/conform/claim.h"
#include "tools/conform/oracle-curve.h"

#define HALF CURVE_NUMBER_LEN /* r, and s behind it */
#define OTHER_ID "ALICE123@YAHOO.COM"

typedef struct {
	Bed *bed;
	const char *what;
	/* Makes it wrong; its new length. `n` counts the cases of one kind. */
	guint32 (*spoil)(const SimKey *key, const bsn_signable *what, guint n,
			 guint8 *signature, guint32 len);
	guint n;
	guint made;
	guint inside; /* were put into finished transactions */
	int32_t last; /* what the last one was refused with */
} Spoiler;

static guint32
spoil_zero_r(const SimKey *key, const bsn_signable *what, guint n,
	     guint8 *signature, guint32 len)
{
	memset(signature, 0, HALF);
	return len;
}

static guint32
spoil_zero_s(const SimKey *key, const bsn_signable *what, guint n,
	     guint8 *signature, guint32 len)
{
	memset(signature + HALF, 0, HALF);
	return len;
}

static guint32
spoil_zero(const SimKey *key, const bsn_signable *what, guint n,
	   guint8 *signature, guint32 len)
{
	memset(signature, 0, len);
	return len;
}

static void
put_order(const SimKey *key, guint8 *number)
{
	g_autoptr(Curve) curve = curve_new(key->algorithm);

	curve_order(curve, 0, number);
}

static guint32
spoil_order_r(const SimKey *key, const bsn_signable *what, guint n,
	      guint8 *signature, guint32 len)
{
	put_order(key, signature);
	return len;
}

static guint32
spoil_order_s(const SimKey *key, const bsn_signable *what, guint n,
	      guint8 *signature, guint32 len)
{
	put_order(key, signature + HALF);
	return len;
}

static guint32
spoil_ones(const SimKey *key, const bsn_signable *what, guint n,
	   guint8 *signature, guint32 len)
{
	memset(signature, 0xff, 2 * HALF);
	return len;
}

static guint32
spoil_short(const SimKey *key, const bsn_signable *what, guint n,
	    guint8 *signature, guint32 len)
{
	return len - 1 - n * 31;
}

static guint32
spoil_long(const SimKey *key, const bsn_signable *what, guint n,
	   guint8 *signature, guint32 len)
{
	memset(signature + len, 0, n + 1);
	return len + n + 1;
}

static guint32
spoil_bit(const SimKey *key, const bsn_signable *what, guint n,
	  guint8 *signature, guint32 len)
{
	guint bit = n * 37 % (2 * HALF * 8);

	signature[bit / 8] ^= (guint8)(1u << bit % 8);
	return len;
}

static guint32
spoil_message(const SimKey *key, const bsn_signable *what, guint n,
	      guint8 *signature, guint32 len)
{
	g_autofree guint8 *other =
		g_memdup2(what->message.data, what->message.len);
	guint64 at = n % what->message.len;

	other[at] ^= 1;
	return claim_sign(key, what->convention, "",
			 bsn_slice_of(other, what->message.len), signature);
}

static guint32
spoil_id(const SimKey *key, const bsn_signable *what, guint n,
	 guint8 *signature, guint32 len)
{
	return claim_sign(key, what->convention, OTHER_ID, what->message,
			 signature);
}

/* The next of the scheme's conventions: with Z_A or without, hashed or not. */
static guint32
spoil_convention(const SimKey *key, const bsn_signable *what, guint n,
		 guint8 *signature, guint32 len)
{
	guint32 other = (what->convention + 1 + n) % 3;

	if (other == BSN_SIGN_DIGEST && what->message.len != 32)
		other = (what->convention + 2 - n) % 3;
	return claim_sign(key, other, "", what->message, signature);
}

static guint32
sign_badly(const SimKey *key, const bsn_signable *what, guint8 *signature,
	   gpointer data)
{
	Spoiler *spoiler = data;
	guint32 len = claim_sign(key, what->convention, "", what->message,
				signature);

	spoiler->made++;
	return spoiler->spoil(key, what, spoiler->n, signature, len);
}

static guint32
sign_as_stranger(const SimKey *key, const bsn_signable *what,
		 guint8 *signature, gpointer data)
{
	Spoiler *spoiler = data;

	spoiler->made++;
	return claim_sign(bed_stranger(spoiler->bed), what->convention, "",
			 what->message, signature);
}

/* A good signature, and what becomes of it. */
typedef struct {
	bsn_signable what;
	guint8 good[2 * HALF + 1], spoilt[2 * HALF + 2];
	guint32 len;
} Kept;

static guint32
sign_and_keep(const SimKey *key, const bsn_signable *what, guint8 *signature,
	      gpointer data)
{
	Kept *kept = data;

	kept->what = *what;
	kept->len = claim_sign(key, what->convention, "", what->message,
			      signature);
	memcpy(kept->good, signature, kept->len);
	memcpy(kept->spoilt, signature, kept->len);
	return kept->len;
}

/* Puts the spoilt numbers where the good ones stand; FALSE: nowhere. */
static gboolean
splice(const BedBuilt *built, const Kept *kept)
{
	gsize len;
	guint8 *data = (guint8 *)g_bytes_get_data(built->bytes, &len);
	guint8 *r = memmem(data, len, kept->good, HALF);
	guint8 *s = memmem(data, len, kept->good + HALF, HALF);

	if (r == NULL || s == NULL)
		return FALSE;
	memcpy(r, kept->spoilt, HALF);
	memcpy(s, kept->spoilt + HALF, HALF);
	return TRUE;
}

/* An act that is the owner's alone: where a scheme finds the signer in the
 * signature, a wrong one is somebody else's, who may not do it. */
static void
must_be_refused(Spoiler *spoiler, BedSign sign)
{
	Bed *bed = spoiler->bed;
	BedDone done;

	bed_set_sign(bed, sign, spoiler);
	done = bed_act(bed, 0);
	bed_must_refuse(bed, &done, spoiler->what);
	EXPECT(bed_run_of(bed), done.stage == 0,
	       "%s must be refused at the door; it got into block "
	       "%" G_GUINT64_FORMAT,
	       spoiler->what, done.block);
	EXPECT(bed_run_of(bed), spoiler->made > 0,
	       "a transaction must be signed; no signature was asked for");
	spoiler->last = done.status;
}

/* The same past sign_round: in a finished transaction, where r and s stand in
 * it as they are. */
static void
must_be_refused_inside(Spoiler *spoiler)
{
	Bed *bed = spoiler->bed;
	const SimKey *owner = bed_account(bed, 0);
	Kept kept = { .len = 0 };
	BedBuilt built;
	BedDone done;

	bed_set_sign(bed, sign_and_keep, &kept);
	built = bed_build_act(bed, 0);
	if (spoiler->spoil(owner, &kept.what, spoiler->n, kept.spoilt,
			   kept.len) != kept.len ||
	    !splice(&built, &kept))
		return;
	done = bed_submit(bed, 0, built.bytes);
	bed_must_refuse(bed, &done, spoiler->what);
	EXPECT(bed_run_of(bed), done.stage == 0,
	       "%s, put into a finished transaction, must be refused at the "
	       "door; it got into block %" G_GUINT64_FORMAT,
	       spoiler->what, done.block);
	spoiler->inside++;
}

static gboolean
knows_user_ids(const bsn_signable *what)
{
	return what->convention != BSN_SIGN_DIGEST;
}

typedef struct {
	const char *what;
	guint32 (*spoil)(const SimKey *key, const bsn_signable *what, guint n,
			 guint8 *signature, guint32 len);
	guint cases; /* 0: as many as the run has */
	gboolean sm2; /* it is about SM2 alone */
} Kind;

static const Kind kinds[] = {
	{ "a signature with r = 0", spoil_zero_r, 1, FALSE },
	{ "a signature with s = 0", spoil_zero_s, 1, FALSE },
	{ "a signature of zeros", spoil_zero, 1, FALSE },
	{ "a signature with r = n", spoil_order_r, 1, FALSE },
	{ "a signature with s = n", spoil_order_s, 1, FALSE },
	{ "a signature with r = s = 2^256 - 1", spoil_ones, 1, FALSE },
	{ "a truncated signature", spoil_short, 3, FALSE },
	{ "a signature with bytes behind it", spoil_long, 2, FALSE },
	{ "a signature with a changed bit", spoil_bit, 0, TRUE },
	{ "a signature of another message", spoil_message, 8, TRUE },
	{ "a signature for another user id", spoil_id, 1, TRUE },
	{ "a signature of another convention", spoil_convention, 2, TRUE },
};

static guint32
note_convention(const SimKey *key, const bsn_signable *what, guint8 *signature,
		gpointer data)
{
	*(bsn_signable *)data = *what;
	return claim_sign(key, what->convention, "", what->message, signature);
}

static void
refuses_forgeries(Run *run)
{
	gboolean sm2 = run->check->argument == CLAIM_SM2;
	Bed *bed = claim_bed(run, claim_row(run), TRUE);
	bsn_signable asked = { .size = 0 };
	const bsn_reply *before, *after;
	guint64 txs;

	bed_set_sign(bed, note_convention, &asked);
	bed_put(bed, "signed", "well");
	before = bed_ledger(bed, 0);
	txs = before->ledger.txs;
	bed_set_quiet(bed, TRUE);
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const Kind *kind = &kinds[i];
		Spoiler spoiler = { .bed = bed,
				    .what = kind->what,
				    .spoil = kind->spoil };
		guint cases = kind->cases != 0 ? kind->cases : run->cases;

		if (kind->sm2 && !sm2)
			continue;
		if (kind->spoil == spoil_id && !knows_user_ids(&asked))
			continue;
		for (spoiler.n = 0; spoiler.n < cases; spoiler.n++) {
			must_be_refused(&spoiler, sign_badly);
			must_be_refused_inside(&spoiler);
		}
		run_note(run, "%u times %s -> refused, %s at last; %u of them "
			      "inside finished transactions too",
			 cases, kind->what, bed_status_name(spoiler.last),
			 spoiler.inside);
	}
	if (sm2) {
		Spoiler spoiler = { .bed = bed,
				    .what = "a signature by another key" };

		must_be_refused(&spoiler, sign_as_stranger);
		run_note(run, "%s -> refused, %s", spoiler.what,
			 bed_status_name(spoiler.last));
	}
	bed_set_quiet(bed, FALSE);
	bed_pass(bed, 10000);
	after = bed_ledger(bed, 0);
	EXPECT(run, after->ledger.txs == txs,
	       "no transaction with a wrong signature may get into a block; "
	       "there are %" G_GUINT64_FORMAT " more",
	       after->ledger.txs - txs);
	bed_set_sign(bed, note_convention, &asked);
	bed_put(bed, "signed", "well again");
	bed_must_have(bed, 0, "signed", "well again");
}

#define CHECK(id, scheme, argument, function, sentence)                        \
	{ "function." scheme "-" id, sentence, "function." scheme,             \
	  "engine.h: bsn_tx_ops.sign_round", LEVEL_TABLES, 1,                  \
	  BSN_KIND_ENGINE, function, argument }

static const Check list[] = {
	CHECK("forgeries", "sm2", CLAIM_SM2, refuses_forgeries,
	      "Of an SM2 signature no number, byte, key, user id or message "
	      "may be another one."),
	CHECK("forgeries", "secp256k1", CLAIM_SECP256K1, refuses_forgeries,
	      "A secp256k1 signature whose numbers are out of range or whose "
	      "length is wrong is refused."),
};
CHECK_GROUP(checks_function_forged, list);

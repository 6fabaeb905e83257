/* SPDX-License-Identifier: Apache-2.0
 *
 * Public keys as XuperChain's JSON: {"Curvname":"P-256","X":1...,"Y":7...},
 * with coordinates as decimal numbers, which no JSON parser keeps exactly; so
 * this reads them itself.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/format/amount.h"
#include "plugins/engine-xuper/identity/address.h"

G_STATIC_ASSERT(PUBLIC_KEY_LEN == 2 * AMOUNT_LEN);

/* Bytes of text: more than any client puts around the 200 that it takes. */
#define KEY_JSON_MAX 512u

char *
key_to_json(const Suite *suite, const guint8 public_key[PUBLIC_KEY_LEN])
{
	g_autofree char *x = amount_to_text(public_key);
	g_autofree char *y = amount_to_text(public_key + AMOUNT_LEN);

	return g_strdup_printf("{\"Curvname\":\"%s\",\"X\":%s,\"Y\":%s}",
			       suite->curve, x, y);
}

/* ---- reading ---- */

static guint8
front(const bsn_slice *rest)
{
	return rest->len > 0 ? rest->data[0] : 0;
}

static bsn_slice
take(bsn_slice *rest, guint64 n)
{
	const bsn_slice taken = bsn_slice_of(rest->data, n);

	*rest = bsn_slice_of(rest->data + n, rest->len - n);
	return taken;
}

static void
skip_blanks(bsn_slice *rest)
{
	while (front(rest) != 0 && strchr(" \t\r\n", front(rest)) != NULL)
		take(rest, 1);
}

/* A mark with blanks around. */
static gboolean
take_mark(bsn_slice *rest, char mark)
{
	skip_blanks(rest);
	if (front(rest) != (guint8)mark)
		return FALSE;
	take(rest, 1);
	skip_blanks(rest);
	return TRUE;
}

/* A string, which has no escapes: none of those that may come needs one. */
static gboolean
take_string(bsn_slice *rest, bsn_slice *text)
{
	const guint8 *end;

	if (front(rest) != '"')
		return FALSE;
	take(rest, 1);
	end = rest->len > 0 ? memchr(rest->data, '"', (gsize)rest->len) : NULL;
	if (end == NULL)
		return FALSE;
	*text = take(rest, (guint64)(end - rest->data));
	take(rest, 1);
	return TRUE;
}

static gboolean
take_number(bsn_slice *rest, guint8 out[AMOUNT_LEN])
{
	guint64 n = 0;

	while (n < rest->len && g_ascii_isdigit(rest->data[n]))
		n++;
	return amount_from_text(take(rest, n), out);
}

/* The members that there must be, as bits. */
#define HAS_CURVE 1u
#define HAS_X 2u
#define HAS_Y 4u
#define HAS_ALL (HAS_CURVE | HAS_X | HAS_Y)

static guint
member_bit(bsn_slice name)
{
	if (bsn_slice_equal(name, bsn_slice_str("Curvname")))
		return HAS_CURVE;
	if (bsn_slice_equal(name, bsn_slice_str("X")))
		return HAS_X;
	return bsn_slice_equal(name, bsn_slice_str("Y")) ? HAS_Y : 0;
}

static gboolean
take_member(bsn_slice *rest, const Suite *suite, guint *seen,
	    guint8 key[PUBLIC_KEY_LEN])
{
	bsn_slice name, curve;
	guint bit;

	if (!take_string(rest, &name) || !take_mark(rest, ':'))
		return FALSE;
	bit = member_bit(name);
	if (bit == 0 || (*seen & bit) != 0)
		return FALSE;
	*seen |= bit;
	if (bit == HAS_CURVE)
		return take_string(rest, &curve) &&
		       bsn_slice_equal(curve, bsn_slice_str(suite->curve));
	return take_number(rest, bit == HAS_X ? key : key + AMOUNT_LEN);
}

gboolean
key_from_json(const Suite *suite, bsn_slice json,
	      guint8 public_key[PUBLIC_KEY_LEN])
{
	guint8 key[PUBLIC_KEY_LEN];
	guint seen = 0;

	if (json.len > KEY_JSON_MAX || !take_mark(&json, '{'))
		return FALSE;
	do {
		if (!take_member(&json, suite, &seen, key))
			return FALSE;
	} while (take_mark(&json, ','));
	if (!take_mark(&json, '}') || json.len > 0 || seen != HAS_ALL)
		return FALSE;
	memcpy(public_key, key, PUBLIC_KEY_LEN);
	return TRUE;
}

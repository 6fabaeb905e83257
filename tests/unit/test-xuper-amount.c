/* SPDX-License-Identifier: Apache-2.0
 *
 * Amounts of tokens: 256 bits, as bytes and as decimal text.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/format/amount.h"

#define LARGEST                                                               \
	"1157920892373161954235709850086879078532699846656405640394575840079" \
	"13129639935"

static void
from(const char *text, guint8 out[AMOUNT_LEN])
{
	g_assert_true(amount_from_text(bsn_slice_str(text), out));
}

static void
assert_is(const guint8 amount[AMOUNT_LEN], const char *text)
{
	g_autofree char *is = amount_to_text(amount);

	g_assert_cmpstr(is, ==, text);
}

static void
test_text(void)
{
	static const char *const right[] = {
		"0", "1", "255", "256", "18446744073709551616", LARGEST
	};
	static const char *const wrong[] = {
		"",
		"01",
		"00",
		"-1",
		"+1",
		" 1",
		"1 ",
		"0x1",
		"1.0",
		"1e3",
		"a",
		/* one more than the largest */
		"115792089237316195423570985008687907853269984665640564039457"
		"584007913129639936",
		"999999999999999999999999999999999999999999999999999999999999"
		"9999999999999999999",
	};
	guint8 amount[AMOUNT_LEN];

	for (guint i = 0; i < G_N_ELEMENTS(right); i++) {
		from(right[i], amount);
		assert_is(amount, right[i]);
	}
	for (guint i = 0; i < G_N_ELEMENTS(wrong); i++)
		g_assert_false(
			amount_from_text(bsn_slice_str(wrong[i]), amount));
}

static void
test_bytes(void)
{
	guint8 amount[AMOUNT_LEN], long_one[AMOUNT_LEN + 1] = { 1 };

	g_assert_true(amount_read(bsn_slice_of(NULL, 0), amount));
	g_assert_true(amount_is_zero(amount));
	g_assert_cmpuint(amount_slice(amount).len, ==, 0);
	g_assert_true(amount_read(bsn_slice_str("\x01\x02"), amount));
	assert_is(amount, "258");
	g_assert_true(bsn_slice_equal(amount_slice(amount),
				      bsn_slice_str("\x01\x02")));
	g_assert_false(amount_read(bsn_slice_of("\0\1", 2), amount));
	g_assert_false(amount_read(bsn_slice_of("\0", 1), amount));
	g_assert_false(
		amount_read(bsn_slice_of(long_one, sizeof(long_one)), amount));
	g_assert_true(amount_read(bsn_slice_of(long_one, AMOUNT_LEN), amount));
}

static void
test_sums(void)
{
	guint8 a[AMOUNT_LEN], b[AMOUNT_LEN], largest[AMOUNT_LEN];

	amount_from_u64(G_MAXUINT64, a);
	amount_from_u64(1, b);
	g_assert_true(amount_add(a, a, b));
	assert_is(a, "18446744073709551616");
	g_assert_true(amount_sub(a, a, b));
	assert_is(a, "18446744073709551615");
	g_assert_cmpint(amount_compare(a, b), >, 0);
	g_assert_cmpint(amount_compare(b, b), ==, 0);
	from(LARGEST, largest);
	g_assert_false(amount_add(a, largest, b));
	assert_is(a, "18446744073709551615");
	g_assert_false(amount_sub(a, b, largest));
	assert_is(a, "18446744073709551615");
	g_assert_true(amount_sub(b, largest, largest));
	g_assert_true(amount_is_zero(b));
	g_assert_true(amount_add(b, largest, b));
	assert_is(b, LARGEST);
}

int
main(int argc, char **argv)
{
	g_test_init(&argc, &argv, NULL);
	g_test_add_func("/xuper/amount/decimal-text", test_text);
	g_test_add_func("/xuper/amount/bytes-have-no-leading-zero", test_bytes);
	g_test_add_func("/xuper/amount/sums-do-not-overflow", test_sums);
	return g_test_run();
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/assert-bytes.h: comparing bytes. (GLib's g_assert_cmpmem does not
 * compile under -Wconversion.)
 */
#ifndef TESTS_UNIT_ASSERT_BYTES_H
#define TESTS_UNIT_ASSERT_BYTES_H

#include <glib.h>
#include <string.h>

#define assert_bytes(got, got_len, want, want_len)                             \
	G_STMT_START                                                           \
	{                                                                      \
		g_assert_cmpuint((got_len), ==, (want_len));                   \
		g_assert_true(memcmp((got), (want), (gsize)(want_len)) == 0);  \
	}                                                                      \
	G_STMT_END

#endif

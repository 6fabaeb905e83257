/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/sim/pointer.h: one value out of a JSON text, named by an RFC 6901
 * pointer: "" is the whole, "/result/0" an item, "/a~1b" the member "a/b".
 */
#ifndef TOOLS_SIM_POINTER_H
#define TOOLS_SIM_POINTER_H

#include <bsn/base.h>
#include <glib.h>

/* Whether it is a pointer by the syntax of RFC 6901, section 3. */
gboolean sim_pointer_is_sound(const char *pointer);

/* The value as text: a string raw, a number, true, false and null as they are
 * written, an object or array as JSON without blanks. pointer NULL is "".
 * NULL when there is none, when the text is no JSON or names a member twice, or
 * for a string with a NUL in it. g_free it. */
char *sim_pointer_text(const char *json, gsize len, const char *pointer);

/* Whether a text is JSON of any kind, or an object, and names no member twice. */
gboolean sim_json_is(bsn_slice text, gboolean object);

#endif

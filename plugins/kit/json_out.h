/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/kit/json_out.h: JSON text written straight down, without blanks, as
 * json_write of kit/json.h gives it:
 *
 *	json_out_open(out, '{');
 *	json_out_hex_member(out, "hash", hash);
 *	json_out_name(out, "logs");
 *	put_logs(out, logs);
 *	json_out_close(out, '}');
 *
 * A name or a value of an array sees by itself whether a comma parts it from
 * what is there. All functions: [any].
 */
#ifndef PLUGINS_KIT_JSON_OUT_H
#define PLUGINS_KIT_JSON_OUT_H

#include <bsn/base.h>
#include <glib.h>
#include <jansson.h>

/* `bracket`: '{' or '[', as the next value; '}' or ']'. */
void json_out_open(GString *out, char bracket);
void json_out_close(GString *out, char bracket);
/* A member's name, which needs no escapes; its value comes next. */
void json_out_name(GString *out, const char *name);

/* Values. */
void json_out_null(GString *out);
void json_out_u64(GString *out, guint64 value);
/* "0x.." of bytes. */
void json_out_hex(GString *out, bsn_slice bytes);
/* A text, which is UTF-8. */
void json_out_text(GString *out, const char *text, gsize len);
void json_out_value(GString *out, const json_t *value);

/* Names and values of members. */
void json_out_u64_member(GString *out, const char *name, guint64 value);
void json_out_hex_member(GString *out, const char *name, bsn_slice bytes);
/* A text that ends with NUL. */
void json_out_text_member(GString *out, const char *name, const char *text);

#endif

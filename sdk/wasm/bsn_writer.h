/* SPDX-License-Identifier: Apache-2.0
 *
 * bsn_writer.h: texts that grow, JSON and fields; included by bsn_contract.h.
 *
 *   bsn_writer out = BSN_WRITER;
 *
 *   bsn_json_open(&out, '{');
 *   bsn_json_key(&out, BSN_TEXT("owner"));
 *   bsn_json_text(&out, owner);
 *   bsn_json_close(&out, '}');
 *   bsn_result(bsn_written(&out));
 */
#ifndef BSN_WRITER_H
#define BSN_WRITER_H

typedef struct {
	char *data;
	uint32_t len, room;
	bool comma; /* before the next value of JSON */
} bsn_writer;
#define BSN_WRITER { NULL, 0, 0, false }

/* What was written so far; valid until more is. */
static inline bsn_text
bsn_written(const bsn_writer *out)
{
	return (bsn_text){ out->data, out->len };
}

BSN_APART void
bsn_add(bsn_writer *out, bsn_text text)
{
	if (text.len > out->room - out->len) {
		uint32_t room = 2 * (out->len + text.len) + 64;
		char *data = (char *)bsn_alloc(room);

		memcpy(data, out->data, out->len);
		out->data = data;
		out->room = room;
	}
	memcpy(out->data + out->len, text.data, text.len);
	out->len += text.len;
}

static inline void
bsn_add_byte(bsn_writer *out, char byte)
{
	bsn_add(out, (bsn_text){ &byte, 1 });
}

/* ---- JSON (RFC 8259), without spaces -------------------------------------- */

/* A value as it is: a number, true, or what was written as JSON before. */
BSN_APART void
bsn_json_raw(bsn_writer *out, bsn_text value)
{
	if (out->comma)
		bsn_add_byte(out, ',');
	bsn_add(out, value);
	out->comma = true;
}

/* '{' or '['; and its end, '}' or ']'. */
static inline void
bsn_json_open(bsn_writer *out, char bracket)
{
	bsn_json_raw(out, (bsn_text){ &bracket, 1 });
	out->comma = false;
}

static inline void
bsn_json_close(bsn_writer *out, char bracket)
{
	bsn_add_byte(out, bracket);
	out->comma = true;
}

/* A string; its bytes are UTF-8, else it is no JSON. */
BSN_APART void
bsn_json_text(bsn_writer *out, bsn_text text)
{
	bsn_json_raw(out, BSN_TEXT("\""));
	for (uint32_t i = 0; i < text.len; i++) {
		char c = text.data[i];

		if (c == '"' || c == '\\') {
			bsn_add_byte(out, '\\');
			bsn_add_byte(out, c);
		} else if ((unsigned char)c < 0x20) {
			bsn_add(out, BSN_TEXT("\\u00"));
			bsn_add_byte(out, c < 0x10 ? '0' : '1');
			bsn_add_byte(out, "0123456789abcdef"[c & 15]);
		} else {
			bsn_add_byte(out, c);
		}
	}
	bsn_add_byte(out, '"');
}

/* What follows is the value of this member. */
static inline void
bsn_json_key(bsn_writer *out, bsn_text key)
{
	bsn_json_text(out, key);
	bsn_add_byte(out, ':');
	out->comma = false;
}

/* A number. Readers of JSON may round those beyond 2^53: give them as text
 * (bsn_json_text of bsn_decimal). */
static inline void
bsn_json_number(bsn_writer *out, uint64_t n)
{
	bsn_json_raw(out, bsn_decimal(n));
}

static inline void
bsn_json_bool(bsn_writer *out, bool value)
{
	bsn_json_raw(out, value ? BSN_TEXT("true") : BSN_TEXT("false"));
}

/* ---- fields: arguments of a call, or a record in the state ---------------- */

/* For each field the length of its name, its name, the length of its value, its
 * value; lengths are 32 bits, little-endian. An argument without a name has its
 * place. */
BSN_APART void
bsn_field_add(bsn_writer *out, bsn_text name, bsn_text value)
{
	bsn_add(out, (bsn_text){ (const char *)&name.len, 4 });
	bsn_add(out, name);
	bsn_add(out, (bsn_text){ (const char *)&value.len, 4 });
	bsn_add(out, value);
}

/* One part of a field off the front. */
BSN_APART bool
bsn_field_part(bsn_text *rest, bsn_text *part)
{
	uint32_t len;

	if (rest->len < 4)
		return false;
	memcpy(&len, rest->data, 4);
	if (len > rest->len - 4)
		return false;
	*part = (bsn_text){ rest->data + 4, len };
	rest->data += 4 + len;
	rest->len -= 4 + len;
	return true;
}

/* The first field of that name; reverts where there is none. The value points
 * into `fields`. */
BSN_APART bsn_text
bsn_field(bsn_text fields, bsn_text name)
{
	bsn_text found, value;

	while (bsn_field_part(&fields, &found) &&
	       bsn_field_part(&fields, &value))
		if (bsn_equal(found, name))
			return value;
	bsn_revert(BSN_TEXT("a record lacks a field"));
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/args.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/suite.h"
#include "plugins/kit/u256.h"

/* What stands where a type has its value. */
typedef enum {
	TYPE_WORD,
	TYPE_ADDRESS,
	TYPE_BOOL,
	TYPE_BYTES,
} TypeKind;

typedef struct {
	TypeKind kind;
	gboolean is_array;
} Type;

/* ---- types -------------------------------------------------------------- */

static TypeKind
kind_of(const char *name, gsize len)
{
	if (len == 7 && memcmp(name, "address", len) == 0)
		return TYPE_ADDRESS;
	if (len == 4 && memcmp(name, "bool", len) == 0)
		return TYPE_BOOL;
	if ((len == 6 && memcmp(name, "string", len) == 0) ||
	    (len == 5 && memcmp(name, "bytes", len) == 0))
		return TYPE_BYTES;
	return TYPE_WORD;
}

/* The type at `*at`, which goes on behind it; FALSE at the end. */
static gboolean
next_type(const char **at, Type *type)
{
	gsize len = strcspn(*at, ",)");

	if (len == 0)
		return FALSE;
	type->is_array = len > 2 && (*at)[len - 1] == ']';
	type->kind = kind_of(*at, type->is_array ? len - 2 : len);
	*at += len + ((*at)[len] == ',' ? 1 : 0);
	return TRUE;
}

/* ---- values ------------------------------------------------------------- */

static const char *
read_word(bsn_slice data, guint64 at, TypeKind kind, bsn_slice *out)
{
	static const guint8 zeros[WORD_LEN] = { 0 };
	const guint8 *word;

	if (at > data.len || data.len - at < WORD_LEN)
		return "the data ends within an argument";
	word = data.data + at;
	*out = bsn_slice_of(word, WORD_LEN);
	if (kind == TYPE_ADDRESS) {
		if (memcmp(word, zeros, WORD_LEN - ADDRESS_LEN) != 0)
			return "an address has more than 20 bytes";
		*out = bsn_slice_of(word + WORD_LEN - ADDRESS_LEN, ADDRESS_LEN);
	}
	if (kind == TYPE_BOOL && (memcmp(word, zeros, WORD_LEN - 1) != 0 ||
				  word[WORD_LEN - 1] > 1))
		return "a bool is neither 0 nor 1";
	return NULL;
}

/* A length or an offset that lies within the data. */
static const char *
read_length(bsn_slice data, guint64 at, guint64 *length)
{
	bsn_slice word;
	const char *problem = read_word(data, at, TYPE_WORD, &word);

	if (problem == NULL &&
	    (!u256_to_u64(word.data, length) || *length > data.len))
		problem = "an offset or a length is beyond the data";
	return problem;
}

static const char *
read_bytes(bsn_slice data, guint64 at, bsn_slice *out)
{
	guint64 len;
	const char *problem = read_length(data, at, &len);

	if (problem != NULL)
		return problem;
	if (len > data.len - at - WORD_LEN)
		return "a string or bytes end beyond the data";
	*out = bsn_slice_of(data.data + at + WORD_LEN, len);
	return NULL;
}

/* One value whose head is at `at`; offsets count from `base`. */
static const char *
read_value(bsn_slice data, guint64 base, guint64 at, TypeKind kind,
	   bsn_slice *out)
{
	bsn_slice tail = bsn_slice_of(data.data + base, data.len - base);
	guint64 offset;
	const char *problem;

	if (kind != TYPE_BYTES)
		return read_word(data, at, kind, out);
	problem = read_length(tail, at - base, &offset);
	return problem != NULL ? problem : read_bytes(tail, offset, out);
}

static const char *
read_array(bsn_slice data, guint64 at, TypeKind kind, Arg *arg)
{
	guint64 offset, n;
	guint64 base;
	const char *problem = read_length(data, at, &offset);

	if (problem == NULL)
		problem = read_length(data, offset, &n);
	if (problem != NULL)
		return problem;
	base = offset + WORD_LEN;
	if (n > (data.len - base) / WORD_LEN)
		return "an array ends beyond the data";
	arg->items = g_new0(bsn_slice, n);
	arg->n = (guint)n;
	for (guint i = 0; i < arg->n && problem == NULL; i++)
		problem = read_value(data, base, base + i * (guint64)WORD_LEN,
				     kind, &arg->items[i]);
	return problem;
}

int
args_decode(const char *signature, bsn_slice data, Arg *args,
	    const char **problem)
{
	const char *at = strchr(signature, '(') + 1;
	int n = 0;
	Type type;

	memset(args, 0, ARGS_MAX * sizeof(*args));
	*problem = NULL;
	while (*problem == NULL && n < (int)ARGS_MAX && next_type(&at, &type)) {
		guint64 head = (guint64)n * WORD_LEN;
		Arg *arg = &args[n++];

		*problem = type.is_array ?
				   read_array(data, head, type.kind, arg) :
				   read_value(data, 0, head, type.kind,
					      &arg->bytes);
	}
	if (*problem == NULL)
		return n;
	args_clear(args);
	return -1;
}

void
args_clear(Arg *args)
{
	for (guint i = 0; i < ARGS_MAX; i++)
		g_clear_pointer(&args[i].items, g_free);
}

gboolean
arg_count(const Arg *arg, guint64 *count)
{
	return u256_to_u64(arg->bytes.data, count) && *count <= G_MAXINT64;
}

/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/template.h: the arguments of one request after the other, from a
 * text in JSON with places in its strings that are filled in:
 *
 *   {n}             the transaction's number, from 0
 *   {run}           8 hexadecimal digits, others in each run
 *   {record}        one of the records, drawn; the same all over a transaction
 *   {other}         another one, if there is any
 *   {signer}        number of the key that signs
 *   {address}       of the record's key, as the chain writes addresses;
 *   {other-address} {signer-address}
 *   {hex:N}         2 N random hexadecimal digits
 *   {text:N}        N random letters and digits
 *   {int:LOW..HIGH} a random number, both of them included
 *   {{ }}           a brace
 *
 * What a transaction gets depends on the seed and its number alone.
 */
#ifndef TOOLS_BENCH_TEMPLATE_H
#define TOOLS_BENCH_TEMPLATE_H

#include <jansson.h>

#include "tools/bench/draw.h"

typedef struct Template Template;

/* A transaction's number and what has been drawn for it. */
typedef struct {
	guint64 n, record, other, signer;
	Dice dice;
	const char *run;
	/* The address of a key, for g_free; of a template that names any. */
	char *(*address)(guint64 key, void *user);
	void *user;
} Turn;

/* Draws for the n-th transaction. */
Turn turn_new(guint64 seed, guint64 n, const Draw *draw, const char *run);

/* Of a JSON array or object. NULL with an error, CTL_ERROR_USAGE, that names
 * `where` it is from. */
Template *template_new(const char *json, const char *where, GError **error);
void template_free(Template *template);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Template, template_free)

/* Whether all requests get the same. */
gboolean template_is_constant(const Template *template);
/* For json_decref. Any thread. */
json_t *template_expand(const Template *template, const Turn *turn);

#endif

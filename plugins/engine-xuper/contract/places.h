/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-xuper/contract/places.h: arguments of a WebAssembly contract.
 * XuperChain has them by name alone. Here a name that is a place, "0", "1" and so
 * on without a gap, stands for an argument without a name, as other frameworks
 * have them; so a list at the gateway reaches a contract as a list.
 */
#ifndef XUPER_CONTRACT_PLACES_H
#define XUPER_CONTRACT_PLACES_H

#include <bsn/base.h>
#include <glib.h>

#include "plugins/kit/json.h"

/* All zeros at first. */
typedef struct {
	GPtrArray *names;  /* char * */
	GPtrArray *values; /* GBytes */
} Places;
void places_clear(Places *places);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Places, places_clear)

/* Adds a copy of an argument. [any] */
void places_add(Places *places, const char *name, bsn_slice value);
/* Encodes them (kit/arguments.h): those with places, then the others as they were
 * added. Errors: BSN_TOO_LARGE. [any] */
int32_t places_put(const Places *places, GByteArray *out, bsn_err *err);
/* The name that an argument at a place has; for g_free. [any] */
char *places_name(gsize place);

#endif

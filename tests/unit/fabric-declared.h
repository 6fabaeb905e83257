/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-declared.h: collections as a definition declares them, for
 * tests. Nothing can fail: it fails the test.
 */
#ifndef TESTS_UNIT_FABRIC_DECLARED_H
#define TESTS_UNIT_FABRIC_DECLARED_H

#include "plugins/engine-fabric/lifecycle/collections.h"

typedef struct {
	const char *name;
	const char *members; /* "OR('Org1MSP.member')" */
	guint64 block_to_live;
	gboolean member_only_read;
	gboolean member_only_write;
} FabricDeclared;

/* For collection_set_free. */
CollectionSet *fabric_declare(const Suite *suite, const FabricDeclared *list,
			      guint n);

#endif

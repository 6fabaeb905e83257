/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-private-fixture.h: a ledger with private data for one test,
 * which is checked when the test is over.
 */
#ifndef TESTS_UNIT_FABRIC_PRIVATE_FIXTURE_H
#define TESTS_UNIT_FABRIC_PRIVATE_FIXTURE_H

#include "tests/unit/fabric-private.h"

typedef struct {
	FabricLedger *ledger;
	FabricPrivate *private;
} Fixture;

static inline void
fixture_free(Fixture *fixture)
{
	fabric_private_check(fixture->ledger);
	fabric_private_free(fixture->private);
	fabric_ledger_free(fixture->ledger);
	g_free(fixture);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Fixture, fixture_free)

static inline Fixture *
fixture_new(void)
{
	Fixture *fixture = g_new0(Fixture, 1);

	fixture->ledger = fabric_ledger_new(FALSE, FALSE);
	fixture->private = fabric_private_new(fixture->ledger);
	return fixture;
}

/* What a collection has, as fabric_private_values tells it; how many digests. */
#define assert_values(fixture, collection, want)                       \
	do {                                                           \
		g_autofree char *got_ = fabric_private_values(         \
			(fixture)->ledger, (collection));              \
		g_assert_cmpstr(got_, ==, (want));                     \
	} while (0)

#define assert_digests(fixture, collection, n)                         \
	g_assert_cmpuint(                                              \
		fabric_private_digests((fixture)->ledger, collection), \
		==, n)

#endif

/* SPDX-License-Identifier: Apache-2.0
 *
 * plugins/engine-fabric/lifecycle/fields.h: how Fabric's serializer spreads a
 * structure over keys: one that says what it is and which fields it has, and one
 * for each field. Internal to lifecycle/. All functions: [any].
 */
#ifndef FABRIC_LIFECYCLE_FIELDS_H
#define FABRIC_LIFECYCLE_FIELDS_H

#include "peer/lifecycle/db.pb-c.h"
#include "plugins/engine-fabric/lifecycle/definition.h"

#define FIELDS_NAMESPACES "namespaces"
#define FIELDS_SOURCES "chaincode-sources"

#define FIELD_SEQUENCE "Sequence"
#define FIELD_ENDORSEMENT "EndorsementInfo"
#define FIELD_VALIDATION "ValidationInfo"
#define FIELD_COLLECTIONS "Collections"
#define FIELD_PACKAGE_ID "PackageID"
#define FIELD_CONDITION "Condition"

/* One entry. In an arena. */
typedef struct {
	const char *key;
	bsn_slice value;
} Field;
/* Entries of one structure. */
#define ENTRIES_MAX 6u

/* "NAMESPACE/fields/NAME/FIELD"; g_free it. */
char *field_key(const char *namespace, const char *name, const char *field);
/* StateData. In the arena. */
bsn_slice field_text(Arena *arena, const char *text);
bsn_slice field_number(Arena *arena, gint64 number);

/* All entries, in the order in which they are read and written. Returns how
 * many: at most ENTRIES_MAX. */
guint fields_of_definition(Arena *arena, const Terms *terms, Field *fields);
/* Those of "NAME#SEQUENCE" in an organisation's collection. */
guint fields_of_approval(Arena *arena, const Terms *terms, Field *fields);
guint fields_of_source(Arena *arena, const Terms *terms,
		       const char *package_id, Field *fields);

#endif

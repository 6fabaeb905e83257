/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/lifecycle/fields.h"

#include <string.h>

#include "peer/lifecycle/chaincode_definition.pb-c.h"
#include "plugins/kit/codec/message.h"

char *
field_key(const char *namespace, const char *name, const char *field)
{
	return g_strdup_printf("%s/fields/%s/%s", namespace, name, field);
}

bsn_slice
field_text(Arena *arena, const char *text)
{
	Lifecycle__StateData data = LIFECYCLE__STATE_DATA__INIT;

	data.type_case = LIFECYCLE__STATE_DATA__TYPE_STRING;
	data.string = (char *)text;
	return message_put(arena, &data);
}

bsn_slice
field_number(Arena *arena, gint64 number)
{
	Lifecycle__StateData data = LIFECYCLE__STATE_DATA__INIT;

	data.type_case = LIFECYCLE__STATE_DATA__TYPE_INT64;
	data.int64 = number;
	return message_put(arena, &data);
}

/* Empty bytes are there, too. */
static bsn_slice
field_bytes(Arena *arena, bsn_slice bytes)
{
	Lifecycle__StateData data = LIFECYCLE__STATE_DATA__INIT;

	data.type_case = LIFECYCLE__STATE_DATA__TYPE_BYTES;
	data.bytes = message_bytes(bytes);
	return message_put(arena, &data);
}

/* ---- one structure ---- */

typedef struct {
	Arena *arena;
	const char *namespace;
	const char *name;
	Field *fields;
	guint n; /* the first is what the structure is */
	char *names[ENTRIES_MAX];
} Structure;

static char *
keep_taking(Arena *arena, char *text)
{
	char *kept = arena_copy(arena, text, strlen(text));

	g_free(text);
	return kept;
}

static void
add(Structure *to, const char *field, bsn_slice value)
{
	to->names[to->n - 1] = (char *)field;
	to->fields[to->n++] =
		(Field){ keep_taking(to->arena, field_key(to->namespace,
							  to->name, field)),
			 value };
}

static guint
finish(Structure *structure, const char *type)
{
	Lifecycle__StateMetadata metadata = LIFECYCLE__STATE_METADATA__INIT;

	metadata.datatype = (char *)type;
	metadata.n_fields = structure->n - 1;
	metadata.fields = structure->names;
	structure->fields[0] = (Field){
		keep_taking(structure->arena,
			    g_strdup_printf("%s/metadata/%s",
					    structure->namespace,
					    structure->name)),
		message_put(structure->arena, &metadata),
	};
	return structure->n;
}

static void
add_parameters(Structure *to, const Terms *terms)
{
	Lifecycle__ChaincodeEndorsementInfo endorsement =
		LIFECYCLE__CHAINCODE_ENDORSEMENT_INFO__INIT;
	Lifecycle__ChaincodeValidationInfo validation =
		LIFECYCLE__CHAINCODE_VALIDATION_INFO__INIT;

	endorsement.version = (char *)terms->version;
	endorsement.init_required = terms->init_required;
	endorsement.endorsement_plugin = (char *)ENDORSEMENT_PLUGIN;
	validation.validation_plugin = (char *)VALIDATION_PLUGIN;
	validation.validation_parameter = message_bytes(terms->policy);
	add(to, FIELD_ENDORSEMENT,
	    field_bytes(to->arena, message_put(to->arena, &endorsement)));
	add(to, FIELD_VALIDATION,
	    field_bytes(to->arena, message_put(to->arena, &validation)));
	add(to, FIELD_COLLECTIONS,
	    field_bytes(to->arena, terms->collections));
}

/* "NAME#SEQUENCE" */
static const char *
approved_name(Arena *arena, const Terms *terms)
{
	return keep_taking(arena,
			   g_strdup_printf("%s#%" G_GINT64_FORMAT, terms->name,
					   terms->sequence));
}

guint
fields_of_definition(Arena *arena, const Terms *terms, Field *fields)
{
	Structure all = { arena, FIELDS_NAMESPACES, terms->name,
			  fields, 1, { NULL } };

	add(&all, FIELD_SEQUENCE, field_number(arena, terms->sequence));
	add_parameters(&all, terms);
	return finish(&all, "ChaincodeDefinition");
}

guint
fields_of_approval(Arena *arena, const Terms *terms, Field *fields)
{
	Structure all = { arena,  FIELDS_NAMESPACES,
			  approved_name(arena, terms),
			  fields, 1, { NULL } };

	add_parameters(&all, terms);
	return finish(&all, "ChaincodeParameters");
}

guint
fields_of_source(Arena *arena, const Terms *terms, const char *package_id,
		 Field *fields)
{
	Structure all = { arena,  FIELDS_SOURCES, approved_name(arena, terms),
			  fields, 1, { NULL } };

	add(&all, FIELD_PACKAGE_ID, field_text(arena, package_id));
	return finish(&all, "ChaincodeLocalPackage");
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-declared.h"

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/policy/text.h"

static Protos__CollectionConfig *
declare(Arena *arena, const FabricDeclared *one)
{
	Protos__CollectionConfig *config = arena_room(arena, sizeof(*config));
	Protos__StaticCollectionConfig *fixed =
		arena_room(arena, sizeof(*fixed));
	Protos__CollectionPolicyConfig *members =
		arena_room(arena, sizeof(*members));

	protos__collection_config__init(config);
	protos__static_collection_config__init(fixed);
	protos__collection_policy_config__init(members);
	members->payload_case =
		PROTOS__COLLECTION_POLICY_CONFIG__PAYLOAD_SIGNATURE_POLICY;
	g_assert_cmpint(policy_parse_signature(arena, one->members,
					       &members->signature_policy,
					       NULL),
			==, BSN_OK);
	fixed->name = (char *)one->name;
	fixed->member_orgs_policy = members;
	fixed->maximum_peer_count = 1;
	fixed->block_to_live = one->block_to_live;
	fixed->member_only_read = one->member_only_read;
	fixed->member_only_write = one->member_only_write;
	config->payload_case =
		PROTOS__COLLECTION_CONFIG__PAYLOAD_STATIC_COLLECTION_CONFIG;
	config->static_collection_config = fixed;
	return config;
}

CollectionSet *
fabric_declare(const Suite *suite, const FabricDeclared *list, guint n)
{
	Protos__CollectionConfigPackage package =
		PROTOS__COLLECTION_CONFIG_PACKAGE__INIT;
	g_auto(Arena) arena = ARENA_INIT;
	CollectionSet *set = NULL;
	bsn_err err = BSN_ERR_INIT;

	package.n_config = n;
	package.config = arena_room(&arena, n * sizeof(void *));
	for (guint i = 0; i < n; i++)
		package.config[i] = declare(&arena, &list[i]);
	if (collection_set_new(suite, message_put(&arena, &package), &set,
			       &err) != BSN_OK)
		g_error("%s", err.reason);
	return set;
}

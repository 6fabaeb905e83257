/* SPDX-License-Identifier: Apache-2.0
 *
 * After Fabric 2.5's core/chaincode/chaincode_support.go (CheckInvocation).
 */
#include <bsn/helpers/error.h>

#include "plugins/engine-fabric/chaincode/call.h"

static int32_t
check_condition(const Definition *definition, bsn_err *err)
{
	if (definition->condition == CHAINCODE_FROZEN)
		return bsn_fail(err, BSN_FROZEN, "chaincode %s is frozen",
				definition->name);
	if (definition->condition == CHAINCODE_UNINSTALLED)
		return bsn_fail(err, BSN_NOT_FOUND,
				"chaincode %s is uninstalled",
				definition->name);
	return BSN_OK;
}

/* Whether Init was called for this version. */
static int32_t
read_initialized(Simulator *simulator, const Definition *definition,
		 gboolean *initialized, bsn_err *err)
{
	g_autoptr(StateItem) item = NULL;
	const int32_t status = simulator_get(
		simulator, bsn_slice_str(definition->name),
		bsn_slice_of(INITIALIZED_KEY, INITIALIZED_KEY_LEN), &item, err);

	*initialized =
		item != NULL &&
		bsn_slice_equal(item->value, bsn_slice_str(definition->version));
	return status;
}

static int32_t
admit_init(Simulator *simulator, const Definition *definition,
	   gboolean initialized, bsn_err *err)
{
	if (!definition->init_required)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"chaincode '%s' does not require "
				"initialization but called as init",
				definition->name);
	if (initialized)
		return bsn_fail(err, BSN_CONFLICT,
				"chaincode '%s' is already initialized but "
				"called as init",
				definition->name);
	return simulator_put(simulator, bsn_slice_str(definition->name),
			     bsn_slice_of(INITIALIZED_KEY, INITIALIZED_KEY_LEN),
			     bsn_slice_str(definition->version), err);
}

static int32_t
check_init(Simulator *simulator, const Definition *definition, gboolean is_init,
	   bsn_err *err)
{
	gboolean initialized = TRUE;
	int32_t status = BSN_OK;

	if (definition->init_required)
		status = read_initialized(simulator, definition, &initialized,
					  err);
	if (status != BSN_OK)
		return status;
	if (is_init)
		return admit_init(simulator, definition, initialized, err);
	return initialized ? BSN_OK
			   : bsn_fail(err, BSN_CONFLICT,
				      "chaincode '%s' has not been initialized "
				      "for this version, must call as init "
				      "first",
				      definition->name);
}

int32_t
call_admit(Channel *channel, Simulator *simulator, const char *name,
	   const Protos__ChaincodeInput *input, Definition **definition,
	   bsn_err *err)
{
	g_autoptr(Definition) found = NULL;
	int32_t status =
		lifecycle_find_in(channel, simulator, name, &found, err);

	if (status == BSN_OK)
		status = check_condition(found, err);
	if (status == BSN_OK)
		status = check_init(simulator, found, input->is_init != 0, err);
	if (status == BSN_OK)
		*definition = g_steal_pointer(&found);
	return status;
}

int32_t
call_target(const Channel *channel, const char *written, char **name,
	    bsn_err *err)
{
	const char *other = strchr(written, '/');
	const gsize len = other != NULL ? (gsize)(other - written)
					: strlen(written);
	g_autofree char *own = g_strndup(written, len);
	char *version = strchr(own, ':');

	if (other != NULL && other[1] != '\0' &&
	    strcmp(other + 1, channel->id) != 0)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"chaincode %s is on another channel (%s): one "
				"transaction runs on one channel",
				own, other + 1);
	if (version != NULL)
		*version = '\0';
	if (own[0] == '\0')
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the question names no chaincode");
	*name = g_steal_pointer(&own);
	return BSN_OK;
}

/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/release.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/registry.h"

void
release_clear(Release *release)
{
	grey_clear(&release->grey);
}

/* ---- who gets what ----------------------------------------------------- */

static guint64
share_of(bsn_slice name, const guint8 *caller)
{
	static const guint8 separator[1] = { 0 };
	GChecksum *checksum = g_checksum_new(G_CHECKSUM_SHA256);
	guint8 digest[32];
	gsize len = sizeof(digest);
	guint64 head;

	g_checksum_update(checksum, name.data, (gssize)name.len);
	g_checksum_update(checksum, separator, sizeof(separator));
	g_checksum_update(checksum, caller, ADDRESS_LEN);
	g_checksum_get_digest(checksum, digest, &len);
	g_checksum_free(checksum);
	memcpy(&head, digest, sizeof(head));
	return GUINT64_FROM_BE(head) % 100;
}

gboolean
grey_takes(const Grey *grey, bsn_slice name, const guint8 *caller)
{
	return grey_has_caller(grey, caller) ||
	       share_of(name, caller) < grey->percent;
}

static const ContractVersion *
version_at(const ContractName *versions, guint index)
{
	return &g_array_index(versions->versions, ContractVersion, index);
}

/* Returns: BSN_OK, or BSN_NOT_FOUND when it is uninstalled. */
static int32_t
check_installed(Overlay *state, const guint8 *address)
{
	Contract contract;
	int32_t status = contract_load(state, address, &contract);

	/* What no transaction deployed cannot be uninstalled either. */
	if (status == BSN_NOT_FOUND)
		return BSN_OK;
	if (status == BSN_OK && contract.state == CONTRACT_UNINSTALLED)
		return BSN_NOT_FOUND;
	return status;
}

/* The last one before `end` that is not uninstalled, but for `not_this`. */
static int32_t
last_before(Overlay *state, const ContractName *versions, guint end,
	    const guint8 *not_this, guint8 *address)
{
	for (guint i = end; i > 0; i--) {
		const guint8 *one = version_at(versions, i - 1)->address;
		int32_t status;

		if (not_this != NULL && memcmp(one, not_this, ADDRESS_LEN) == 0)
			continue;
		status = check_installed(state, one);
		if (status == BSN_OK)
			memcpy(address, one, ADDRESS_LEN);
		if (status != BSN_NOT_FOUND)
			return status;
	}
	return BSN_NOT_FOUND;
}

static int32_t
pick_released(Overlay *state, bsn_slice name, const ContractName *versions,
	      const Release *release, const guint8 *caller, guint8 *address)
{
	int32_t status = BSN_NOT_FOUND;

	if (release->trying && caller != NULL &&
	    grey_takes(&release->grey, name, caller)) {
		memcpy(address, release->candidate, ADDRESS_LEN);
		status = check_installed(state, address);
	}
	if (status != BSN_NOT_FOUND)
		return status;
	memcpy(address, release->current, ADDRESS_LEN);
	status = check_installed(state, address);
	if (status != BSN_NOT_FOUND)
		return status;
	return last_before(state, versions, versions->versions->len,
			   release->trying ? release->candidate : NULL,
			   address);
}

int32_t
release_pick(Overlay *state, bsn_slice name, const ContractName *versions,
	     const guint8 *caller, guint8 *address)
{
	g_auto(Release) release = { .trying = FALSE };
	int32_t status = release_load(state, name, &release);

	if (status == BSN_OK)
		return pick_released(state, name, versions, &release, caller,
				     address);
	if (status != BSN_NOT_FOUND)
		return status;
	return last_before(state, versions, versions->versions->len, NULL,
			   address);
}

/* ---- deployments ------------------------------------------------------- */

void
release_enter(Overlay *state, const char *name, const guint8 *before,
	      const guint8 *address, const Grey *grey)
{
	Release release = { .trying = TRUE };

	if (grey == NULL) {
		registry_delete_release(state, bsn_slice_str(name));
		return;
	}
	memcpy(release.current, before, ADDRESS_LEN);
	memcpy(release.candidate, address, ADDRESS_LEN);
	release.grey = *grey;
	registry_put_release(state, bsn_slice_str(name), &release);
}

/* ---- what its owner does ----------------------------------------------- */

typedef struct {
	bsn_slice name;
	ContractName versions;
	const ContractVersion *version; /* the one given, or NULL */
	Release release;
	guint32 code; /* FISCO_OK, or why the change is refused */
	const char *problem;
} Change;

static void
change_clear(Change *change)
{
	contract_name_clear(&change->versions);
	release_clear(&change->release);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Change, change_clear)

static int32_t
refuse(Change *change, guint32 code, const char *problem)
{
	change->code = code;
	change->problem = problem;
	return BSN_OK;
}

/* The release as it is; where none is recorded, what the name stands for. */
static int32_t
load_release(Overlay *state, Change *change)
{
	int32_t status = release_load(state, change->name, &change->release);

	if (status != BSN_NOT_FOUND)
		return status;
	change->release = (Release){ .trying = FALSE };
	status = release_pick(state, change->name, &change->versions, NULL,
			      change->release.current);
	if (status == BSN_NOT_FOUND)
		return refuse(change, FISCO_PRECOMPILED,
			      "every version of the name is uninstalled");
	return status;
}

static int32_t
check_version(Overlay *state, Change *change, const bsn_slice *version)
{
	int32_t status;

	if (version == NULL)
		return BSN_OK;
	change->version = registry_version(&change->versions, *version);
	if (change->version == NULL)
		return refuse(change, FISCO_NO_CONTRACT,
			      "the name has no such version");
	status = check_installed(state, change->version->address);
	if (status == BSN_NOT_FOUND)
		return refuse(change, FISCO_PRECOMPILED,
			      "the version is uninstalled");
	return status;
}

/* Afterwards `code` says whether the sender may go on. */
static int32_t
change_begin(Overlay *state, bsn_slice text, const guint8 *sender,
	     Change *change)
{
	bsn_slice version;
	gboolean versioned =
		contract_split_version(text, &change->name, &version);
	int32_t status = contract_name_load(state, change->name,
					    &change->versions);

	change->code = FISCO_OK;
	if (status == BSN_NOT_FOUND)
		return refuse(change, FISCO_NO_CONTRACT,
			      "there is no contract of this name");
	if (status != BSN_OK)
		return status;
	if (memcmp(change->versions.owner, sender, ADDRESS_LEN) != 0)
		return refuse(change, FISCO_DENIED,
			      "the name belongs to another account");
	status = check_version(state, change, versioned ? &version : NULL);
	if (status == BSN_OK && change->code == FISCO_OK)
		status = load_release(state, change);
	return status;
}

static int32_t
change_end(Overlay *state, const Change *change, int32_t status,
	   guint32 *code, const char **problem)
{
	*code = change->code;
	*problem = change->problem;
	if (status == BSN_OK && change->code == FISCO_OK)
		registry_put_release(state, change->name, &change->release);
	return status;
}

static void
stop_trying(Release *release)
{
	grey_clear(&release->grey);
	release->trying = FALSE;
	memset(release->candidate, 0, ADDRESS_LEN);
}

static int32_t
promote(Change *change)
{
	const guint8 *next = change->version != NULL
				     ? change->version->address
				     : change->release.candidate;

	if (change->version == NULL && !change->release.trying)
		return refuse(change, FISCO_PRECOMPILED,
			      "no grey release is under way: there is nothing "
			      "to promote");
	memcpy(change->release.current, next, ADDRESS_LEN);
	stop_trying(&change->release);
	return BSN_OK;
}

int32_t
release_promote(Overlay *state, bsn_slice text, const guint8 *sender,
		guint32 *code, const char **problem)
{
	g_auto(Change) change = { .problem = NULL };
	int32_t status = change_begin(state, text, sender, &change);

	if (status == BSN_OK && change.code == FISCO_OK)
		status = promote(&change);
	return change_end(state, &change, status, code, problem);
}

static guint
index_of(const ContractName *versions, const guint8 *address)
{
	guint i = 0;

	while (i < versions->versions->len &&
	       memcmp(version_at(versions, i)->address, address,
		      ADDRESS_LEN) != 0)
		i++;
	return i;
}

static int32_t
rollback(Overlay *state, Change *change)
{
	Release *release = &change->release;
	guint8 before[ADDRESS_LEN];
	int32_t status;

	if (change->version != NULL)
		return refuse(change, FISCO_PRECOMPILED,
			      "give the name alone; to move to a version, "
			      "promote it");
	if (release->trying) {
		stop_trying(release);
		return BSN_OK;
	}
	status = last_before(state, &change->versions,
			     index_of(&change->versions, release->current),
			     NULL, before);
	if (status == BSN_NOT_FOUND)
		return refuse(change, FISCO_PRECOMPILED,
			      "no earlier version is installed");
	if (status == BSN_OK)
		memcpy(release->current, before, ADDRESS_LEN);
	return status;
}

int32_t
release_rollback(Overlay *state, bsn_slice text, const guint8 *sender,
		 guint32 *code, const char **problem)
{
	g_auto(Change) change = { .problem = NULL };
	int32_t status = change_begin(state, text, sender, &change);

	if (status == BSN_OK && change.code == FISCO_OK)
		status = rollback(state, &change);
	return change_end(state, &change, status, code, problem);
}

static int32_t
set_grey(Change *change, const Grey *grey)
{
	Release *release = &change->release;

	if (change->version == NULL && !release->trying)
		return refuse(change, FISCO_PRECOMPILED,
			      "no grey release is under way: give the "
			      "candidate as name@version");
	if (change->version != NULL) {
		release->trying = TRUE;
		memcpy(release->candidate, change->version->address,
		       ADDRESS_LEN);
	}
	if (memcmp(release->candidate, release->current, ADDRESS_LEN) == 0)
		return refuse(change, FISCO_PRECOMPILED,
			      "the candidate is the current version");
	grey_clear(&release->grey);
	grey_copy(grey, &release->grey);
	return BSN_OK;
}

int32_t
release_grey(Overlay *state, bsn_slice text, const Grey *grey,
	     const guint8 *sender, guint32 *code, const char **problem)
{
	g_auto(Change) change = { .problem = NULL };
	int32_t status = change_begin(state, text, sender, &change);

	if (status == BSN_OK && change.code == FISCO_OK)
		status = set_grey(&change, grey);
	return change_end(state, &change, status, code, problem);
}

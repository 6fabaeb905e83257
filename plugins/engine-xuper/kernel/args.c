/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/args.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/identity/acl.h"
#include "plugins/engine-xuper/kernel/buckets.h"

bsn_slice
kernel_arg(const KernelCall *call, const char *name)
{
	for (guint i = 0; i < call->n_args; i++)
		if (strcmp(call->args[i]->key, name) == 0)
			return bsn_slice_of(call->args[i]->value.data,
					    call->args[i]->value.len);
	return bsn_slice_of(NULL, 0);
}

char *
arg_text(const KernelCall *call, const char *name, gsize max, bsn_err *err)
{
	bsn_slice value = kernel_arg(call, name);

	if (value.len == 0) {
		bsn_fail(err, BSN_BAD_REQUEST, "the argument %s is missing",
			 name);
		return NULL;
	}
	if (value.len > max || memchr(value.data, '\0', value.len) != NULL ||
	    !g_utf8_validate_len((const char *)value.data, value.len, NULL)) {
		bsn_fail(err, BSN_BAD_REQUEST,
			 "the argument %s must be a text of at most "
			 "%" G_GSIZE_FORMAT " bytes",
			 name, max);
		return NULL;
	}
	return g_strndup((const char *)value.data, value.len);
}

char *
arg_address(const KernelCall *call, const char *name, bsn_err *err)
{
	g_autofree char *text = arg_text(call, name, ADDRESS_MAX - 1, err);

	if (text == NULL || address_valid(bsn_slice_str(text)))
		return g_steal_pointer(&text);
	bsn_fail(err, BSN_BAD_REQUEST, "the argument %s must be an address",
		 name);
	return NULL;
}

char *
arg_owner(const KernelCall *call, const char *name, bsn_err *err)
{
	g_autofree char *text = arg_text(call, name, ACCOUNT_MAX - 1, err);
	const char *chain = sandbox_env(call->box)->config->name;

	if (text == NULL || address_valid(bsn_slice_str(text)) ||
	    account_of_chain(bsn_slice_str(text), bsn_slice_str(chain)))
		return g_steal_pointer(&text);
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument %s must be an address, or an account of this "
		 "chain",
		 name);
	return NULL;
}

gboolean
arg_amount(const KernelCall *call, const char *name, guint8 amount[AMOUNT_LEN],
	   bsn_err *err)
{
	if (amount_from_text(kernel_arg(call, name), amount) &&
	    !amount_is_zero(amount))
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument %s must be an amount above zero, in decimal "
		 "digits",
		 name);
	return FALSE;
}

gboolean
arg_number(const KernelCall *call, const char *name, guint64 *number,
	   bsn_err *err)
{
	if (value_number(kernel_arg(call, name), G_MAXINT64, number))
		return TRUE;
	bsn_fail(err, BSN_BAD_REQUEST,
		 "the argument %s must be a number in decimal digits", name);
	return FALSE;
}

void
answer_text(KernelCall *call, const char *text)
{
	g_byte_array_set_size(call->output, 0);
	g_byte_array_append(call->output, (const guint8 *)text,
			    (guint)strlen(text));
}

void
answer_json(KernelCall *call, const json_t *value)
{
	g_autofree char *text = value_text(value);

	answer_text(call, text);
}

/* ---- who --------------------------------------------------------------- */

const char *
call_initiator(const KernelCall *call, bsn_err *err)
{
	const char *initiator = sandbox_env(call->box)->initiator;

	if (initiator != NULL && initiator[0] != '\0')
		return initiator;
	bsn_fail(err, BSN_DENIED, "the transaction has no initiator");
	return NULL;
}

gboolean
called_by(const KernelCall *call, const char *contract, bsn_err *err)
{
	if (g_strcmp0(call->caller, contract) == 0)
		return TRUE;
	bsn_fail(err, BSN_DENIED, "only %s may call this", contract);
	return FALSE;
}

static gboolean
path_ends_in(const char *path, const char *address)
{
	const char *slash = strrchr(path, '/');

	return strcmp(slash != NULL ? slash + 1 : path, address) == 0;
}

gboolean
has_signed(const SandboxEnv *env, const char *address)
{
	if (env->initiator != NULL && path_ends_in(env->initiator, address))
		return TRUE;
	for (gsize i = 0;
	     env->auth_require != NULL && env->auth_require[i] != NULL; i++)
		if (path_ends_in(env->auth_require[i], address))
			return TRUE;
	return FALSE;
}

typedef struct {
	AclSource source;
	Sandbox *box;
} BoxSource;

static int32_t
find_account(AclSource *source, bsn_slice account, GByteArray *json,
	     bsn_err *err)
{
	return sandbox_get(((BoxSource *)source)->box,
			   bsn_slice_str(BUCKET_ACCOUNT), account, json, err);
}

int32_t
may_act_for(const KernelCall *call, const char *account, bsn_err *err)
{
	BoxSource source = { { .account = find_account }, call->box };
	const SandboxEnv *env = sandbox_env(call->box);
	g_autoptr(GArray) signers =
		g_array_new(FALSE, FALSE, sizeof(bsn_slice));
	bsn_slice signer = bsn_slice_str(env->initiator);

	if (signer.len > 0)
		g_array_append_val(signers, signer);
	for (gsize i = 0;
	     env->auth_require != NULL && env->auth_require[i] != NULL; i++) {
		signer = bsn_slice_str(env->auth_require[i]);
		g_array_append_val(signers, signer);
	}
	return acl_judge_account(bsn_slice_str(account),
				 (const bsn_slice *)(const void *)signers->data,
				 signers->len, &source.source, err);
}

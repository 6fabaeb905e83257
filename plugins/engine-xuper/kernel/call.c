/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/kernel/call.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/kernel/value.h"

#define NAME_MAX_LEN 64u

const KernelMethod *
call_described(const json_t *description, const char *where, bsn_err *err)
{
	JsonFields fields = fields_of(description, where, err);
	const char *module =
		fields_string(&fields, "module", NAME_MAX_LEN, "");
	const char *contract =
		fields_string(&fields, "contract", NAME_MAX_LEN, "");
	const char *name = fields_string(&fields, "method", NAME_MAX_LEN, "");
	const KernelMethod *method =
		kernel_find(bsn_slice_str(contract), bsn_slice_str(name));

	(void)value_u64(&fields, "height", 0, G_MAXINT64, 0);
	(void)fields_object(&fields, "args");
	fields_require(&fields, "args", "what the method is given, {...}");
	if (strcmp(module, KERNEL_MODULE) != 0)
		fields_fail(&fields, "module",
			    "must be \"" KERNEL_MODULE "\": the chain's own "
			    "contracts can be called at a height");
	if (contract[0] == '\0' || method == NULL ||
	    (method->flags & KERNEL_READS) != 0)
		fields_fail(&fields, "method",
			    "is none of that contract, or changes nothing");
	return fields_end(&fields) == BSN_OK ? method : NULL;
}

static Xldgpb__Argument
argument(const char *name, char *value)
{
	Xldgpb__Argument made = XLDGPB__ARGUMENT__INIT;

	made.key = (char *)name;
	made.value.data = (guint8 *)value;
	made.value.len = strlen(value);
	return made;
}

int32_t
call_kernel(Sandbox *box, const KernelMethod *method, const char *caller,
	    const json_t *args, guint64 height, GByteArray *output,
	    bsn_err *err)
{
	g_autofree char *text = value_text(args);
	g_autofree char *number =
		g_strdup_printf("%" G_GUINT64_FORMAT, height);
	g_autoptr(GByteArray) unused = g_byte_array_new();
	Xldgpb__Argument own[] = { argument("args", text),
				   argument("height", number) };
	Xldgpb__Argument *list[] = { &own[0], &own[1] };
	KernelCall call = { .box = box,
			    .caller = caller,
			    .args = list,
			    .n_args = height > 0 ? 2 : 1,
			    .output = output != NULL ? output : unused };

	return method->run(&call, err);
}

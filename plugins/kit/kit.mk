# plugins/kit

xuper_sdk =

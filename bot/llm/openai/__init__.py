"""Any server that speaks OpenAI's chat completions and embeddings: OpenAI, Azure, vLLM, Ollama. The SDK is loaded at the first call."""

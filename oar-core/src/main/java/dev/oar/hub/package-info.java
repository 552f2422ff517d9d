/**
 * Files of Hugging Face model repositories: references such as {@code hf://owner/repo/model.safetensors}, downloading with resume
 * and hash check, and the cache folder that other tools of the hub share.
 */
@NullMarked
package dev.oar.hub;

import org.jspecify.annotations.NullMarked;

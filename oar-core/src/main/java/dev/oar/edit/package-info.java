/** Changing images: what a mask marks is drawn anew from what is around it (inpainting, outpainting, editing, variations). */
@NullMarked
package dev.oar.edit;

import org.jspecify.annotations.NullMarked;

package dev.oar.checkpoint;

import dev.oar.file.CorruptFileException;

/**
 * Gives meaning to the names of classes and functions in a pickle. An implementation decides by the name alone what stands for
 * it; nothing of that name is ever looked up or run.
 */
interface PickleGlobals {
    /**
     * What stands for a global.
     *
     * @throws CorruptFileException if it is not among those known to be harmless
     */
    PickleValue resolve(String module, String name) throws CorruptFileException;

    /**
     * What comes of a call.
     *
     * @param callee what the pickle wants called, which need not be anything that {@link #resolve} gave
     * @throws CorruptFileException if it cannot be called with these arguments
     */
    PickleValue call(PickleValue callee, PickleValue.Tuple arguments) throws CorruptFileException;

    /**
     * What stands outside the pickle under an identifier.
     *
     * @throws CorruptFileException if it is no identifier of this kind of file
     */
    PickleValue persistent(PickleValue identifier) throws CorruptFileException;
}

/// To-do lists of a house: looks at a room through its camera, asks a model what is to be done there, and puts that on the
/// room's list, at Home Assistant.
@NullMarked
package dev.formulary.engine.chores;

import org.jspecify.annotations.NullMarked;

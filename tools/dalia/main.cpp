// dalia: the command-line program. What it does is in run.cpp and in the file of each group of commands.
#include "run.hpp"

int main(int count, char** words) {
  return dalia::program::run_program(count, words);
}

// command.cpp: a command of WASI in C++, with streams and containers of its library: keeps
// the lines of a file, or of standard input, that speak of errors or warnings. What it takes
// and says is told in tools/guests/README.md.
#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

enum { NONE_KEPT = 3, NO_FILE = 4, NO_CLOCK = 5 };

static bool clocks_run() {
    using namespace std::chrono;
    const auto before = steady_clock::now();
    const auto year_2020 = system_clock::time_point(seconds(1577836800));
    while (steady_clock::now() - before < milliseconds(10)) {
    }
    return system_clock::now() > year_2020;
}

int main(int argc, char **argv) {
    const std::vector<std::string> arguments(argv + 1, argv + argc);
    const char *prefix = std::getenv("PREFIX");
    std::vector<std::string> kept;
    std::ifstream file;
    if (!clocks_run()) {
        return NO_CLOCK;
    }
    if (!arguments.empty()) {
        file.open(arguments[0]);
        if (!file) {
            std::cerr << "cannot read " << arguments[0] << '\n';
            return NO_FILE;
        }
    }
    std::istream &in = arguments.empty() ? std::cin : file;
    for (std::string line; std::getline(in, line);) {
        if (line.find("ERROR") != std::string::npos ||
            line.find("WARN") != std::string::npos) {
            kept.push_back(line);
        }
    }
    for (const auto &line : kept) {
        std::cout << (prefix != nullptr ? prefix : "") << line << '\n';
    }
    if (arguments.size() > 1) {
        std::ofstream out(arguments[1]);
        out << kept.size() << " kept\n";
        if (!out.flush()) {
            std::cerr << "cannot write " << arguments[1] << '\n';
            return NO_FILE;
        }
    }
    return kept.empty() ? NONE_KEPT : 0;
}

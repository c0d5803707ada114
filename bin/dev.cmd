@echo off
node --import tsx "%~dp0dev.js" %*
